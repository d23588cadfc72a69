/** The operations random graphs are made of: smooth ones of every kind, none of which lets values grow. */
import {
  add,
  broadcastTo,
  concat,
  cos,
  cumulativeSum,
  div,
  erf,
  exp,
  expm1,
  gather,
  log,
  log1p,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  neg,
  pad,
  pow,
  prod,
  reciprocal,
  reshape,
  reverse,
  scatterAdd,
  select,
  sigmoid,
  sin,
  slice,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  stack,
  sub,
  sum,
  takeAlongAxis,
  tanh,
  transpose,
  unstack,
  variance,
  type BoolNode,
  type FloatNode,
  type IntNode,
} from "@unfold/core";

/** What an operation may take: two nodes of each shape there is, and the inputs that are not f32. */
export interface Operands {
  /** Any two nodes; all shapes broadcast with each other. */
  readonly x: FloatNode;
  readonly y: FloatNode;
  /** f32[2, 3] */
  readonly a: FloatNode;
  readonly b: FloatNode;
  /** f32[3] */
  readonly u: FloatNode;
  readonly v: FloatNode;
  /** f32[] */
  readonly s: FloatNode;
  /** i32[4] in [0, 3): at least one index is there twice. */
  readonly indices: IntNode;
  /** bool[2, 3] */
  readonly mask: BoolNode;
}

/** A node of one of the shapes in `Operands`. */
export type RandomOperation = (operands: Operands) => FloatNode;

const elementwise: readonly RandomOperation[] = [
  ({ x, y }) => mul(0.5, add(x, y)),
  ({ x, y }) => mul(sin(x), y),
  ({ x, y }) => tanh(sub(x, y)),
  ({ x }) => neg(x),
  ({ x }) => cos(x),
  ({ x }) => sigmoid(x),
  ({ x }) => square(tanh(x)),
  ({ x }) => tanh(softplus(x)),
  ({ x }) => erf(x),
  ({ x }) => exp(sin(x)),
  ({ x }) => expm1(tanh(x)),
  ({ x }) => log1p(square(x)),
  ({ x }) => log(add(1, exp(sin(x)))),
  ({ x }) => sqrt(add(1, square(sin(x)))),
  ({ x }) => reciprocal(add(1, square(x))),
  ({ x, y }) => div(x, add(1, square(y))),
  ({ x, y }) => pow(add(1.5, sin(x)), tanh(y)),
  ({ mask, x, y }) => select(mask, x, y),
];

const views: readonly RandomOperation[] = [
  ({ u }) => broadcastTo(u, [2, 3]),
  ({ s }) => broadcastTo(s, [3]),
  ({ a }) => reshape(transpose(a), [2, 3]),
  ({ a }) => transpose(reshape(a, [3, 2])),
  ({ a }) => reverse(a, [1]),
  ({ x }) => reverse(x),
  ({ u }) => slice(pad(u, [{ axis: 0, before: 1, after: 2, between: 1 }], 0.5), { axis: 0, start: 1, step: 3 }),
  ({ a }) => pad(slice(a, { axis: 1, step: 2 }), [{ axis: 1, between: 1 }]),
  ({ a }) =>
    pad(slice(a, { axis: 0, start: 1 }, { axis: 1, stop: -1 }), [
      { axis: 0, after: 1 },
      { axis: 1, before: 1 },
    ]),
];

const joins: readonly RandomOperation[] = [
  ({ u, v }) => stack([u, v]),
  ({ a }) => unstack(a)[1]!,
  ({ a, v }) => mul(reshape(split(a, 2, 0)[0]!, [3]), v),
  ({ a, b }) => slice(concat([a, b, a], 0), { axis: 0, start: 1, step: 3 }),
  ({ a }) => concat(split(a, [1, 0, 2], 1).toReversed(), 1),
  ({ u, v }) => slice(concat([u, v], 0), { axis: 0, start: 1, step: 2 }),
  ({ u, v }) => transpose(stack([u, v], 1)),
];

const reductions: readonly RandomOperation[] = [
  ({ x }) => sin(sum(x)),
  ({ a }) => tanh(sum(a, { axes: 0 })),
  ({ a }) => mul(a, mean(a, { axes: [1], keepDims: true })),
  ({ a }) => variance(a, { axes: 0 }),
  ({ u }) => logSumExp(u),
  ({ u }) => prod(tanh(u)),
  ({ a }) => softmax(a, 0),
  ({ u }) => tanh(logSoftmax(u)),
  ({ a }) => tanh(cumulativeSum(a, 1)),
  ({ a }) => tanh(cumulativeSum(a, 0, { reverse: true, exclusive: true })),
];

const contractions: readonly RandomOperation[] = [
  ({ a, b }) => tanh(matmul(matmul(a, b, { transposeB: true }), a)),
  ({ a, b }) => tanh(matmul(a, matmul(a, b, { transposeA: true }))),
  ({ a, b }) => tanh(matmul(a, matmul(b, reshape(a, [3, 2]), { transposeA: true, transposeB: true }))),
  ({ a, b }) => tanh(mean(matmul(stack([a, b]), stack([b, neg(a)]), { transposeA: true }), { axes: [0, 2] })),
  ({ a, u }) => tanh(matmul(matmul(a, u), a)),
  ({ u, v }) => sin(matmul(u, v)),
];

const indexing: readonly RandomOperation[] = [
  ({ a, indices }) => slice(gather(a, indices, 1), { axis: 1, stop: 3 }),
  ({ u, indices }) => slice(gather(u, indices), { axis: 0, start: 1 }),
  ({ u, v, s, indices }) => tanh(scatterAdd(u, indices, concat([v, reshape(s, [1])], 0))),
  ({ a, indices }) => takeAlongAxis(a, broadcastTo(slice(indices, { axis: 0, stop: 3 }), [2, 3])),
];

/** Every operation, simple ones first: a failing graph shrinks towards the start of the list. */
export const randomOperations: readonly RandomOperation[] = [
  ...elementwise,
  ...views,
  ...joins,
  ...reductions,
  ...contractions,
  ...indexing,
];
