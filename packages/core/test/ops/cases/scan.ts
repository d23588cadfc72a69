import {
  add,
  cast,
  concat,
  constant,
  gather,
  matmul,
  mul,
  relu,
  reshape,
  scan,
  sigmoid,
  sin,
  sum,
  tanh,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { integers, reals, type OpCase } from "@unfold/testkit";
import { scanOp, scanResultOp } from "../../../src/ops/scan.js";

/** All elements of all results in a row. */
function together(...nodes: readonly FloatNode[]): FloatNode {
  return concat(
    nodes.map((node) => reshape(node, [node.shape.reduce((size, extent) => size * extent, 1)])),
    0,
  );
}

/** h[t] = f(x[t] + h[t - k] w). */
function recurrence(
  { x, h0, w }: Readonly<Record<string, Node<never>>>,
  options: { readonly steps: number; readonly reach?: number; readonly reverse?: boolean },
  f: (pre: FloatNode) => FloatNode = tanh,
): { readonly h: FloatNode; readonly final: FloatNode } {
  const { steps, reach = 1, reverse = false } = options;
  const { outputs, final } = scan({
    steps,
    reverse,
    sequences: { x: x as FloatNode },
    delays: { h: { initial: h0 as FloatNode, steps: reach } },
    step: ({ sequences, delays }) => {
      const h = f(add(sequences.x, matmul(delays.h, w as FloatNode)));
      return { next: { h }, outputs: { h } };
    },
  });
  return { h: outputs.h, final: final.h };
}

const WHERE = "scan({ steps, sequences, delays, step })";

function counter(steps: number, initial: FloatNode, next: (n: FloatNode) => FloatNode): FloatNode {
  const { outputs } = scan({
    steps,
    delays: { n: { initial } },
    step: ({ delays }) => ({ next: { n: next(delays.n) }, outputs: { n: delays.n } }),
  });
  return outputs.n;
}

export const scanCase: OpCase = {
  ops: [scanOp, scanResultOp],
  samples: [
    {
      title: "a simple recurrence",
      inputs: { x: reals([4, 2, 3]), h0: reals([1, 2, 3]), w: reals([3, 3], { min: -0.7, max: 0.7 }) },
      build: (inputs) => {
        const { h, final } = recurrence(inputs, { steps: 4 });
        return together(h, final);
      },
      type: "f32[30]",
    },
    {
      title: "a delay of two steps, backwards",
      inputs: { x: reals([5, 1, 2]), h0: reals([2, 1, 2]), w: reals([2, 2]) },
      build: (inputs) => {
        const { h, final } = recurrence(inputs, { steps: 5, reach: 2, reverse: true }, sigmoid);
        return together(h, final);
      },
      type: "f32[14]",
    },
    {
      title: "fewer steps than the delay is long",
      inputs: { x: reals([2, 1, 2]), h0: reals([3, 1, 2]), w: reals([2, 2]) },
      build: (inputs) => {
        const { h, final } = recurrence(inputs, { steps: 2, reach: 3 }, sin);
        return together(h, final);
      },
      type: "f32[10]",
    },
    {
      title: "last values only",
      inputs: { x: reals([3, 1, 2]), h0: reals([1, 1, 2]), w: reals([2, 2]) },
      build: (inputs) => recurrence(inputs, { steps: 3 }).final,
      type: "f32[1, 1, 2]",
    },
    {
      title: "two delays that read each other, one of which starts a step",
      inputs: { a0: reals([1, 2]), b0: reals([2, 2]), w: reals([2]) },
      build: ({ a0, b0, w }) => {
        const { outputs, final } = scan({
          steps: 4,
          delays: { a: { initial: a0! }, b: { initial: b0!, steps: 2 } },
          step: ({ delays: { a, b } }) => ({
            next: { a: sin(mul(b, w!)), b: tanh(add(a, b)) },
            outputs: { sum: add(a, b), b },
          }),
        });
        return together(outputs.sum, outputs.b, final.a, final.b);
      },
      type: "f32[22]",
    },
    {
      title: "what is computed again: squares, products and choices",
      inputs: { x: reals([3, 2]), h0: reals([1, 2], { min: 0.5, max: 1 }), w: reals([2], { avoid: [0] }) },
      build: ({ x, h0, w }) => {
        const { outputs } = scan({
          steps: 3,
          sequences: { x: x! },
          delays: { h: { initial: h0! } },
          step: ({ sequences, delays: { h } }) => {
            const gate = sigmoid(mul(sequences.x, w!));
            const next = add(mul(gate, h), relu(mul(gate, 2)));
            return { next: { h: next }, outputs: { y: mul(next, mul(next, h)) } };
          },
        });
        return outputs.y;
      },
      type: "f32[3, 2]",
    },
    {
      title: "results that are read, not computed",
      inputs: { x: reals([2, 2]), h0: reals([1, 2]), w: reals([2]) },
      build: ({ x, h0, w }) => {
        const { outputs } = scan({
          steps: 2,
          sequences: { x: x! },
          delays: { h: { initial: h0! } },
          step: ({ sequences, delays: { h } }) => ({
            next: { h: mul(h, w! as FloatNode) },
            outputs: { x: sequences.x, h, w: w! },
          }),
        });
        return together(outputs.x, outputs.h, outputs.w);
      },
      type: "f32[12]",
    },
    {
      title: "a sequence of integers",
      inputs: { ids: integers([3, 2], 0, 2), table: reals([3, 2]), h0: reals([1, 2, 2]) },
      build: ({ ids, table, h0 }) => {
        const { outputs } = scan({
          steps: 3,
          sequences: { ids: ids! },
          delays: { h: { initial: h0! } },
          step: ({ sequences, delays: { h } }) => {
            const next = tanh(add(h, gather(table! as FloatNode, sequences.ids)));
            return { next: { h: next }, outputs: { h: next } };
          },
        });
        return outputs.h;
      },
      type: "f32[3, 2, 2]",
    },
    {
      title: "integers that a step yields",
      inputs: { x: reals([3]) },
      build: ({ x }) =>
        scan({
          steps: 3,
          sequences: { x: x! },
          delays: { n: { initial: constant([0]) } },
          step: ({ sequences, delays: { n } }) => ({
            next: { n: add(n, sequences.x) },
            outputs: { n: cast(n, "i32") },
          }),
        }).outputs.n,
      type: "i32[3]",
    },
    {
      title: "a scan in every step of a scan",
      inputs: { x: reals([2, 3, 2]), h0: reals([1, 2]), w: reals([2]) },
      build: ({ x, h0, w }) => {
        const { outputs, final } = scan({
          steps: 2,
          sequences: { row: x! },
          delays: { h: { initial: h0! } },
          step: ({ sequences: { row }, delays: { h } }) => {
            const inner = scan({
              steps: 3,
              sequences: { x: row },
              delays: { g: { initial: reshape(h, [1, 2]) } },
              step: ({ sequences, delays: { g } }) => {
                const next = tanh(add(mul(g, w!), mul(sequences.x, h)));
                return { next: { g: next }, outputs: { g: next } };
              },
            });
            return { next: { h: reshape(inner.final.g, [2]) }, outputs: { total: sum(inner.outputs.g) } };
          },
        });
        return together(outputs.total, final.h);
      },
      type: "f32[4]",
    },
  ],
  values: [
    {
      title: "a step reads the value of the step before",
      build: () => counter(4, constant([1]), (n) => mul(n, 2)),
      expected: [1, 2, 4, 8],
    },
    {
      title: "backwards, elements keep their places",
      build: () => recurrence(scalars([1, 2, 3], [[10]]), { steps: 3, reverse: true }, (pre) => pre).h,
      expected: [16, 15, 13],
    },
    {
      title: "of a delay of two steps, the first two steps read the initial values in order",
      build: () => recurrence(scalars([1, 2, 3, 4], [[10], [20]]), { steps: 4, reach: 2 }, (pre) => pre).h,
      expected: [11, 22, 14, 26],
    },
    {
      title: "the last values of a delay longer than the scan begin with initial values",
      build: () => recurrence(scalars([1, 2], [[10], [20], [30]]), { steps: 2, reach: 3 }, (pre) => pre).final,
      expected: [30, 11, 22],
    },
  ],
  errors: [
    {
      title: "no steps",
      build: () => counter(0, constant([1]), (n) => n),
      code: "SCAN_STEPS",
      message: `${WHERE}: T must be a whole number ≥ 1, got 0.`,
    },
    {
      title: "a sequence of another length",
      build: () => recurrence(scalars([1, 2], [[0]]), { steps: 3 }).h,
      code: "SCAN_SEQUENCE",
      message: `${WHERE}: sequence "x" must be f32[3, 1, 1], got f32[2, 1, 1].`,
    },
    {
      title: "initial values of another number than the delay has steps",
      build: () => recurrence(scalars([1, 2], [[0]]), { steps: 2, reach: 2 }).h,
      code: "SCAN_INITIAL",
      message: `${WHERE}: the initial value of "h" must be f32[2, 1, 1], got f32[1, 1, 1].`,
    },
    {
      title: "a delay of half a step",
      build: () => recurrence(scalars([1], [[0]]), { steps: 1, reach: 0.5 }).h,
      code: "SCAN_DELAY_STEPS",
      message: `${WHERE}: delay f32[1, 1] ("h") must reach back a whole number of steps ≥ 1, got 0.5.`,
    },
    {
      title: "a next value of another type",
      build: () => counter(2, constant([[1, 2]]), sum),
      code: "SCAN_DELAY_TYPE",
      message: `${WHERE}: the next value of delay f32[2] ("n") must be f32[2], got f32[].`,
    },
    {
      title: "a delay of integers",
      build: () => counter(2, constant([1], "i32") as Node as FloatNode, (n) => n),
      code: "SCAN_DELAY_TYPE",
      message: `${WHERE}: a delayed value must be f32, got delay i32[] ("n").`,
    },
    {
      title: "a delay without next value",
      build: () =>
        scan({
          steps: 1,
          delays: { n: { initial: constant([1]) } },
          step: ({ delays }) => ({ next: {} as { n: FloatNode }, outputs: { n: delays.n } }),
        }),
      code: "NOT_A_NODE",
      message: `${WHERE}: next.n must be a node, got undefined. Make one with input, param, state or constant.`,
    },
  ],
};

/** x: [T, 1, 1], h0: [k, 1, 1] and the weight 1. */
function scalars(x: readonly number[], h0: readonly (readonly number[])[]): Record<string, Node<never>> {
  const nodes: Record<string, Node> = {
    x: constant(x.map((element) => [[element]])),
    h0: constant(h0.map((element) => [element])),
    w: constant([[1]]),
  };
  return nodes as Record<string, Node<never>>;
}
