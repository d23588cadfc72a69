/** Delay lines and weights on their taps: a convolution along time, Waibel's time-delay neural network. */
import {
  add,
  concat,
  constant,
  conv1d,
  delayLine,
  dense,
  evaluate,
  evaluateAll,
  foldedGraph,
  gradient,
  input,
  matmul,
  reshape,
  scan,
  sigmoid,
  sizeOf,
  slice,
  square,
  sum,
  tanh,
  transpose,
  unfold,
  type Dense,
  type FloatNode,
  type FoldedGraph,
  type Node,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawParam, drawReals, lengths, seeds } from "../recurrences.js";

const runs = { unfold, scan };

/** Sums of at most some hundreds of products below 4, in other orders. */
const ATOL = 1e-12;

function expectClose(
  found: Readonly<Record<string, Node>>,
  wanted: Readonly<Record<string, Node>>,
  values: object,
): void {
  const [a, b] = [found, wanted].map((nodes) => evaluateAll(nodes, values as never));
  for (const name in b) {
    expect(a![name]!.shape).toEqual(b[name]!.shape);
    a![name]!.data.forEach((element, i) => {
      expect(Math.abs(element - b[name]!.data[i]!), `${name}[${i}]`).toBeLessThanOrEqual(ATOL);
    });
  }
}

describe("weights on the taps are a causal convolution", () => {
  test.each(Object.entries(runs))("of any width and dilation, values and gradients: %s", (_, run) => {
    const [widths, dilations] = [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 })];
    fc.assert(
      fc.property(widths, dilations, lengths, batches, seeds, (taps, dilation, steps, batch, seed) => {
        const kernel = drawParam("kernel", [taps, 2, 3], seed);
        const x = input("x", [steps, batch, 2]);
        const folded = foldedGraph("convolution", (builder) => {
          const line = delayLine(builder, "x", builder.sequence("x", [batch, 2]), { taps, dilation, initial: 0 });
          // A kernel's first element meets the oldest value.
          const side = concat(line.taps.toReversed(), 1);
          return { next: line.next, outputs: { y: matmul(side, reshape(kernel, [2 * taps, 3])) } };
        });
        const { y } = run(folded, steps, { x }).outputs;
        const convolved = conv1d(transpose(x, [1, 0, 2]), kernel, { padding: "causal", dilation });
        const wanted = transpose(convolved, [1, 0, 2]);
        const slopes = (result: FloatNode): Record<string, Node> => {
          const [dx, dk] = gradient(sum(tanh(result)), [x, kernel]);
          return { result, dx, dk };
        };
        expectClose(slopes(y), slopes(wanted), { x: drawReals([steps, batch, 2], seed, "x") });
      }),
      { numRuns: 40 },
    );
  });
});

/** Of a frame, the mel-scaled coefficients; of a token, the frames of 10 ms. */
const [COEFFICIENTS, FRAMES] = [16, 15];
/** Frames seen by a unit of the first and of the second hidden layer, and their units. */
const [FIRST, SECOND] = [
  { frames: 3, units: 8 },
  { frames: 5, units: 3 },
];

interface Waibel {
  readonly first: Dense;
  readonly second: Dense;
  readonly folded: FoldedGraph<{ readonly evidence: FloatNode }>;
}

/** Waibel's net for /b, d, g/: delays on the input and on the first hidden layer, and no cycle. */
function waibel(batch: number): Waibel {
  const first = dense({ name: "first", inputs: FIRST.frames * COEFFICIENTS, units: FIRST.units, seed: 1 });
  const second = dense({ name: "second", inputs: SECOND.frames * FIRST.units, units: SECOND.units, seed: 2 });
  const folded = foldedGraph("time-delay network", (builder) => {
    const frame = builder.sequence("x", [batch, COEFFICIENTS]);
    const input3 = delayLine(builder, "x", frame, { taps: FIRST.frames, initial: 0 });
    const hidden = sigmoid(first.apply(concat(input3.taps.toReversed(), 1)));
    const hidden5 = delayLine(builder, "hidden", hidden, { taps: SECOND.frames, initial: 0 });
    const evidence = sigmoid(second.apply(concat(hidden5.taps.toReversed(), 1)));
    return { next: { ...input3.next, ...hidden5.next }, outputs: { evidence } };
  });
  return { first, second, folded };
}

/** The evidence of all windows that lie inside the token, summed over time. */
function integrate(evidence: FloatNode): FloatNode {
  return sum(square(slice(evidence, { axis: 0, start: FIRST.frames + SECOND.frames - 2 })), { axes: [0] });
}

describe("Waibel's time-delay network of 1989", () => {
  const countOf = ({ parameters }: Dense): number =>
    Object.values(parameters).reduce((count, { shape }) => count + sizeOf(shape), 0);

  test("has 392 weights from the input to 8 units and 123 from those to 3, biases included", () => {
    const { first, second, folded } = waibel(1);
    expect([countOf(first), countOf(second)]).toEqual([392, 123]);
    // Two frames of the input and four of the hidden layer are remembered, and nothing feeds back.
    expect(Object.values(folded.delays).reduce((count, { steps }) => count + steps, 0)).toBe(6);
    expect(unfold(folded, FRAMES).outputs.evidence.shape).toEqual([15, 1, 3]);
  });

  test.each(Object.entries(runs))("is two convolutions over 13 and 9 windows, integrated over time: %s", (_, run) => {
    const { first, second, folded } = waibel(2);
    const x = input("x", [FRAMES, 2, COEFFICIENTS]);
    const convolve = (layer: Dense, frames: number, inputs: number, seen: FloatNode): FloatNode => {
      const { weight, bias } = layer.parameters;
      const kernel = reshape(weight, [frames, inputs, weight.shape[1]!]);
      return sigmoid(add(conv1d(seen, kernel), bias!));
    };
    const hidden = convolve(first, FIRST.frames, COEFFICIENTS, transpose(x, [1, 0, 2]));
    const evidence = convolve(second, SECOND.frames, FIRST.units, hidden);
    expect([hidden.shape, evidence.shape]).toEqual([
      [2, 13, 8],
      [2, 9, 3],
    ]);
    const slopes = (output: FloatNode): Record<string, Node> => {
      const wrt = [...Object.values(first.parameters), ...Object.values(second.parameters)];
      const all = gradient(sum(square(output)), wrt);
      return Object.fromEntries([output, ...all].map((node, i) => [String(i), node]));
    };
    const found = integrate(run(folded, FRAMES, { x }).outputs.evidence);
    const wanted = sum(square(evidence), { axes: [1] });
    expectClose(slopes(found), slopes(wanted), { x: drawReals([FRAMES, 2, COEFFICIENTS], 1, "x") });
  });

  test("sees a feature wherever it is: moved by one frame, it gives the same evidence", () => {
    const { folded } = waibel(1);
    const evidenceOf = (start: number): number[] => {
      const feature = drawReals([COEFFICIENTS], 5, "feature");
      const token = new Float64Array(FRAMES * COEFFICIENTS);
      token.set(feature.data, start * COEFFICIENTS);
      const x = reshape(constant(token), [FRAMES, 1, COEFFICIENTS]);
      return [...evaluate(integrate(scan(folded, FRAMES, { x }).outputs.evidence)).data];
    };
    // All 7 windows that see a frame lie inside the token if it has 6 frames on both sides.
    const [early, late] = [evidenceOf(6), evidenceOf(8)];
    early.forEach((element, i) => {
      expect(Math.abs(element - late[i]!)).toBeLessThanOrEqual(ATOL);
    });
  });
});

describe("errors", () => {
  test.each([
    ["taps", 0, { taps: 0 }],
    ["taps", 1.5, { taps: 1.5 }],
    ["taps", NaN, { taps: NaN }],
    ["dilation", 0, { taps: 2, dilation: 0 }],
    ["dilation", -3, { taps: 2, dilation: -3 }],
  ])("%s = %s", (setting, got, options) => {
    const build = (): unknown =>
      foldedGraph("net", (builder) => {
        const line = delayLine(builder, "x", builder.sequence("x", []), { ...options, initial: 0 });
        return { next: line.next, outputs: { y: line.taps[0]! } };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "DELAY_LINE",
      message: `delayLine("x"): ${setting} must be a whole number ≥ 1, got ${got}.`,
    });
  });

  test("one tap needs no delay", () => {
    const { delays } = foldedGraph("net", (builder) => {
      const line = delayLine(builder, "x", builder.sequence("x", []), { taps: 1, dilation: 3, initial: 0 });
      return { next: line.next, outputs: { y: line.taps[0]! } };
    });
    expect(delays).toEqual({});
  });
});
