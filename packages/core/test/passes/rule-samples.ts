/** For every rule, by name, graphs that it must rewrite. The operands hold every special value. */
import {
  abs,
  add,
  broadcastTo,
  cast,
  clipGradient,
  concat,
  constant,
  div,
  equal,
  floor,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  notEqual,
  pad,
  pow,
  relu,
  reshape,
  reverse,
  round,
  scaleGradient,
  select,
  sign,
  slice,
  split,
  square,
  stack,
  stopGradient,
  sub,
  tanh,
  transpose,
  unstack,
  type BoolNode,
  type DType,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { apply } from "../../src/graph/apply.js";
import { castOp } from "../../src/ops/cast.js";

/** What samples are built from: f32, i32 and bool, 4 × 3 each. */
interface SampleOperands {
  readonly x: FloatNode;
  readonly y: FloatNode;
  readonly n: IntNode;
  readonly c: BoolNode;
}

export type SampleBuilder = (operands: SampleOperands) => Node;

const truth = (value: boolean): BoolNode => broadcastTo(constant(value, "bool"), [4, 3]);
const castAnyway = (x: Node, dtype: DType): Node => apply(castOp, [x], { dtype });
const column = (x: FloatNode): FloatNode => slice(x, { axis: 1, stop: 1 });

const canonicalForms: Readonly<Record<string, readonly SampleBuilder[]>> = {
  "add(c, x) → add(x, c)": [({ x }) => add(2, x), ({ n }) => add(2, n)],
  "mul(c, x) → mul(x, c)": [({ x }) => mul(2, x), ({ n }) => mul(65537, n)],
  "maximum(c, x) → maximum(x, c)": [({ x }) => maximum(0, x), ({ x }) => maximum(-0, x)],
  "minimum(c, x) → minimum(x, c)": [({ x }) => minimum(0, x), ({ x }) => minimum(-0, x)],
  "equal(c, x) → equal(x, c)": [({ x }) => equal(0, x)],
  "notEqual(c, x) → notEqual(x, c)": [({ x }) => notEqual(0, x)],
  "logicalAnd(c, x) → logicalAnd(x, c)": [({ c }) => logicalAnd(truth(true), c)],
  "logicalOr(c, x) → logicalOr(x, c)": [({ c }) => logicalOr(truth(false), c)],
  "logicalXor(c, x) → logicalXor(x, c)": [({ c }) => logicalXor(truth(true), c)],
  "a + (-b) → a - b": [({ x, y }) => add(x, neg(y)), ({ n }) => add(reverse(n), neg(n))],
  "(-a) + b → b - a": [({ x, y }) => add(neg(x), y), ({ n }) => add(neg(n), reverse(n))],
  "a - (-b) → a + b": [({ x, y }) => sub(x, neg(y)), ({ n }) => sub(n, neg(n))],
  "(-a) · (-b) → a · b": [({ x, y }) => mul(neg(x), neg(y)), ({ n }) => mul(neg(n), neg(reverse(n)))],
  "(-a) / (-b) → a / b": [({ x, y }) => div(neg(x), neg(y))],
};

const arithmeticSamples: Readonly<Record<string, readonly SampleBuilder[]>> = {
  "x · 1 → x": [({ x }) => mul(x, 1), ({ n }) => mul(n, 1)],
  "x · (-1) → -x": [({ x }) => mul(x, -1), ({ n }) => mul(n, -1)],
  "x + (-0) → x": [({ x }) => add(x, -0)],
  "x - 0 → x": [({ x }) => sub(x, 0), ({ n }) => sub(n, 0)],
  "-0 - x → -x": [({ x }) => sub(-0, x)],
  "x + 0 → x in i32": [({ n }) => add(n, 0)],
  "x · 0 → 0 in i32": [({ n }) => mul(n, 0)],
  "-(-x) → x": [({ x }) => neg(neg(x)), ({ n }) => neg(neg(n))],
  "x · x → square(x)": [({ x }) => mul(x, x), ({ n }) => mul(n, n)],
  "square(-x) → square(x)": [({ x }) => square(neg(x)), ({ n }) => square(neg(n))],
  "square(abs(x)) → square(x)": [({ x }) => square(abs(x)), ({ n }) => square(abs(n))],
  "abs(-x) → abs(x)": [({ x }) => abs(neg(x)), ({ n }) => abs(neg(n))],
  "abs(abs(x)) → abs(x)": [({ x }) => abs(abs(x)), ({ n }) => abs(abs(n))],
  "floor(floor(x)) → floor(x)": [({ x }) => floor(floor(x))],
  "relu(relu(x)) → relu(x)": [({ x }) => relu(relu(x))],
  "round(round(x)) → round(x)": [({ x }) => round(round(x))],
  "sign(sign(x)) → sign(x)": [({ x }) => sign(sign(x)), ({ n }) => sign(sign(n))],
  "maximum(x, x) → x": [({ x }) => maximum(x, x), ({ n }) => maximum(n, n)],
  "minimum(x, x) → x": [({ x }) => minimum(x, x), ({ n }) => minimum(n, n)],
  "x / 2^k → x · 2^-k": [({ x }) => div(x, 4), ({ x }) => div(x, -(2 ** -126)), ({ x }) => div(x, 2 ** 126)],
  "1 / x → reciprocal(x)": [({ x }) => div(1, x)],
  "x^2 → square(x)": [({ x }) => pow(x, 2)],
  "x^1 → x": [({ x }) => pow(x, 1)],
  "x^-1 → reciprocal(x)": [({ x }) => pow(x, -1)],
  "x^0 → 1": [({ x }) => pow(x, 0)],
  "1^x → 1": [({ x }) => pow(1, x)],
};

const choiceSamples: Readonly<Record<string, readonly SampleBuilder[]>> = {
  "select(true, a, b) → a": [({ x, y }) => select(truth(true), x, y)],
  "select(false, a, b) → b": [({ x, y }) => select(truth(false), x, y)],
  "select(c, x, x) → x": [({ c, x }) => select(c, x, x)],
  "select(not c, a, b) → select(c, b, a)": [({ c, x, y }) => select(logicalNot(c), x, y)],
  "not(not c) → c": [({ c }) => logicalNot(logicalNot(c))],
  "logicalAnd(c, c) → c": [({ c }) => logicalAnd(c, c)],
  "logicalAnd(c, true) → c": [({ c }) => logicalAnd(c, truth(true))],
  "logicalAnd(c, false) → that": [({ c }) => logicalAnd(c, truth(false))],
  "logicalOr(c, c) → c": [({ c }) => logicalOr(c, c)],
  "logicalOr(c, false) → c": [({ c }) => logicalOr(c, truth(false))],
  "logicalOr(c, true) → that": [({ c }) => logicalOr(c, truth(true))],
  "cast(x, its dtype) → x": [
    ({ x }) => castAnyway(x, "f32"),
    ({ n }) => castAnyway(n, "i32"),
    ({ c }) => castAnyway(c, "bool"),
  ],
  "cast(cast(x)) → cast(x)": [
    ({ c }) => cast(cast(c, "i32"), "f32"),
    ({ c }) => cast(cast(c, "f32"), "i32"),
    ({ c }) => cast(cast(c, "f32"), "bool"),
    ({ n }) => cast(cast(n, "f32"), "bool"),
  ],
};

const viewSamples: Readonly<Record<string, readonly SampleBuilder[]>> = {
  "a view that moves nothing → x": [
    ({ x }) => stopGradient(x),
    ({ x }) => clipGradient(x, 1),
    ({ x }) => scaleGradient(x, -2),
    ({ x }) => slice(x),
    ({ x }) => transpose(x, [0, 1]),
    ({ x }) => transpose(reshape(x, [1, 12, 1]), [2, 1, 0]),
    ({ x }) => reverse(x, []),
    ({ x }) => reverse(reshape(x, [1, 12]), [0]),
  ],
  "reshape(slice(reshape(x))) → slice(x)": [
    ({ x }) => reshape(reshape(x, [2, 6]), [3, 4]),
    ({ x }) => reshape(slice(reshape(x, [2, 2, 3]), { axis: 0, start: 1 }), [2, 3]),
    ({ x }) => reshape(slice(reshape(x, [12]), { axis: 0, start: 4, stop: 6 }), [2, 1]),
  ],
  "slice(reshape(x)) → slice(x)": [
    ({ x }) => slice(slice(x, { axis: 0, start: 1 }), { axis: 0, start: 1, stop: 2 }),
    ({ x }) => slice(reshape(reshape(x, [2, 2, 3]), [4, 3]), { axis: 0, start: 2 }),
  ],
  "slice(slice(x)) → slice(x)": [
    ({ x }) =>
      slice(
        slice(x, { axis: 0, start: 1, step: 2 }, { axis: 1, step: 2 }),
        { axis: 0, start: 1 },
        { axis: 1, start: 1 },
      ),
    ({ x }) => slice(slice(x, { axis: 1, step: 2 }), { axis: 0, step: 3 }),
    ({ x }) => slice(slice(x, { axis: 1, start: 1 }), { axis: 0, start: 3, stop: 3 }),
  ],
  "reshape(columns of x) → columns of reshape(x)": [
    ({ x }) => reshape(slice(x, { axis: 1, start: 1 }), [2, 2, 2]),
    ({ x }) => reshape(slice(reshape(x, [2, 2, 3]), { axis: 2, step: 2 }), [4, 2]),
    ({ y }) => reshape(slice(y, { axis: 1, stop: 1 }), [2, 1, 2, 1]),
  ],
  "transpose(transpose(x)) → transpose(x)": [
    ({ x }) => transpose(transpose(x)),
    ({ x }) => transpose(transpose(reshape(x, [2, 2, 3]), [1, 2, 0]), [0, 2, 1]),
    ({ x }) => transpose(transpose(reshape(x, [2, 2, 3]), [1, 2, 0]), [1, 2, 0]),
  ],
  "reverse(reverse(x)) → reverse(x)": [
    ({ x }) => reverse(reverse(x)),
    ({ x }) => reverse(reverse(x, [0]), [1]),
    ({ x }) => reverse(reverse(x, [0, 1]), [1]),
  ],
  "broadcastTo(broadcastTo(x)) → broadcastTo(x)": [
    ({ x }) => broadcastTo(broadcastTo(x, [2, 4, 3]), [2, 2, 4, 3]),
    ({ x }) => broadcastTo(broadcastTo(column(x), [4, 3]), [2, 4, 3]),
    ({ x }) => broadcastTo(broadcastTo(column(x), [1, 4, 1]), [2, 4, 5]),
  ],
  "broadcastTo(reshape(x)) → broadcastTo(x)": [({ x }) => broadcastTo(reshape(x, [1, 4, 3]), [2, 4, 3])],
  "slice(broadcastTo(x)) → broadcastTo(slice(x))": [
    ({ x }) => slice(broadcastTo(x, [5, 4, 3]), { axis: 0, start: 2, stop: 4 }),
    ({ x }) =>
      slice(broadcastTo(x, [5, 4, 3]), { axis: 0, start: 2 }, { axis: 1, start: 1, step: 2 }, { axis: 2, step: 2 }),
    ({ x }) => slice(broadcastTo(column(x), [4, 3]), { axis: 1, start: 1 }, { axis: 0, start: 1 }),
    ({ x }) => slice(broadcastTo(column(x), [4, 3]), { axis: 1, stop: 0 }),
  ],
  "a view of one repeated element → broadcastTo(x)": [
    ({ x }) => reshape(broadcastTo(slice(x, { axis: 0, stop: 1 }, { axis: 1, start: 1, stop: 2 }), [2, 6]), [3, 4]),
    ({ x }) => transpose(broadcastTo(reshape(slice(x, { axis: 0, start: 3 }, { axis: 1, start: 2 }), []), [2, 6])),
    ({ x }) => reverse(broadcastTo(reshape(slice(x, { axis: 0, start: 3 }, { axis: 1, start: 2 }), [1]), [5])),
  ],
  "pad(x) with nothing → x": [({ x }) => pad(x, []), ({ n }) => pad(n, [{ axis: 0, before: 0 }], 7)],
  "slice(pad(x)) of what was padded → x": [
    ({ x }) => slice(pad(x, [{ axis: 0, before: 1, after: 2, between: 1 }]), { axis: 0, start: 1, stop: 8, step: 2 }),
    ({ x }) => slice(pad(x, [{ axis: 1, after: 1 }], NaN), { axis: 1, stop: 3 }),
  ],
};

const joinSamples: Readonly<Record<string, readonly SampleBuilder[]>> = {
  "slice(concat(a, b)) in a → slice(a)": [
    ({ x, y }) => slice(concat([x, y], 0), { axis: 0, start: 4 }),
    ({ x, y }) => slice(concat([x, y, x], 1), { axis: 1, start: 4, stop: 6 }, { axis: 0, step: 2 }),
    ({ x, y }) => slice(concat([x, slice(y, { axis: 0, stop: 0 }), y], 0), { axis: 0, start: 5, step: 2 }),
    ({ x, y }) => unstack(stack([x, y], 1), 1)[1]!.inputs[0]!,
  ],
  "concat(a, nothing) → a": [
    ({ x, y }) => concat([x, slice(y, { axis: 0, stop: 0 })], 0),
    ({ x, y }) => concat([slice(x, { axis: 1, stop: 0 }), slice(y, { axis: 1, start: 3 })], 1),
    ({ x, y }) => concat([slice(y, { axis: 0, stop: 0 }), x, tanh(y)], 0),
  ],
  "concat(concat(a, b), c) → concat(a, b, c)": [
    ({ x, y }) => concat([concat([x, y], 0), tanh(x)], 0),
    ({ x, y }) => concat([y, concat([x, tanh(y)], 1), concat([y, x], 1)], 1),
  ],
  "concat of everything in order → reshape(x)": [
    ({ x }) => stack(unstack(x)),
    ({ x }) => concat(split(x, 2, 0), 0),
    ({ x }) => concat(unstack(x).slice(1, 3), 0),
    ({ x }) => concat(split(slice(x, { axis: 0, start: 1, stop: 2 }), [1, 2], 1), 1),
  ],
  "concat(slice(x), next slice(x)) → slice(x)": [
    ({ x }) => concat(split(x, 3, 1), 1),
    ({ x, y }) => concat([...split(x, 3, 1).slice(1), y, ...split(x, [1, 2], 1)], 1),
    ({ x, y }) => concat([slice(y, { axis: 0, stop: 2 }), ...split(slice(x, { axis: 0, step: 2 }), 3, 1)], 1),
  ],
};

const otherSamples: Readonly<Record<string, readonly SampleBuilder[]>> = {
  "f(broadcastTo(x)) → broadcastTo(f(x)) for elementwise f": [
    ({ x }) => tanh(broadcastTo(x, [2, 4, 3])),
    ({ x, y }) => sub(broadcastTo(x, [2, 4, 3]), broadcastTo(y, [2, 4, 3])),
    ({ x }) => div(broadcastTo(column(x), [4, 3]), 3),
    ({ c, x }) => select(broadcastTo(c, [2, 4, 3]), broadcastTo(x, [2, 4, 3]), -0),
  ],
  "matmul(transpose(a), b) → matmul(a, b, transposeA)": [
    ({ x, y }) => matmul(transpose(x), y),
    ({ x, y }) => matmul(transpose(x), y, { transposeA: true, transposeB: true }),
    ({ x }) => matmul(transpose(reshape(x, [2, 2, 3])), reshape(x, [2, 2, 3])),
  ],
};

export const canonicalSamples: Readonly<Record<string, readonly SampleBuilder[]>> = { ...canonicalForms };

export const exactSamples: Readonly<Record<string, readonly SampleBuilder[]>> = {
  ...arithmeticSamples,
  ...choiceSamples,
  ...viewSamples,
  ...joinSamples,
  ...otherSamples,
};
