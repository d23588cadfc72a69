/** What delays read: initial values oldest first, then values of steps ago; and what they carry on. */
import {
  add,
  constant,
  createRuntime,
  evaluate,
  evaluateAll,
  foldedGraph,
  gradient,
  input,
  matmul,
  mul,
  ndArray,
  reshape,
  scan,
  slice,
  state,
  sum,
  tanh,
  unfold,
  unstack,
  type FloatNode,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  batches,
  drawConstant,
  drawParam,
  drawReals,
  lengths,
  linear,
  seeds,
  twoDelays,
  twoDelaysValues,
} from "../recurrences.js";

const reaches = fc.integer({ min: 1, max: 5 });

/** y_t = x_{t-k}. */
function shift(k: number, initial: FloatNode) {
  return foldedGraph("shift", ({ sequence, delay }) => {
    const y = delay("y", [2], { steps: k, initial });
    return { next: { y: sequence("x", [2]) }, outputs: { y } };
  });
}

describe("a delay of k steps", () => {
  test("reads the initial values oldest first, then the sequence, also where T < k", () => {
    fc.assert(
      fc.property(lengths, reaches, seeds, (steps, k, seed) => {
        const [initial, x] = [drawReals([k, 2], seed, "initial"), drawReals([steps, 2], seed, "x")];
        const { outputs, final } = unfold(shift(k, constant(initial)), steps, { x: constant(x) });
        const history = [...initial.data, ...x.data];
        expect([...evaluate(outputs.y).data]).toEqual(history.slice(0, 2 * steps));
        expect(evaluate(final["y"]!).shape).toEqual([k, 2]);
        expect([...evaluate(final["y"]!).data]).toEqual(history.slice(-2 * k));
      }),
    );
  });

  test("is k delays of one step in a chain: the same values to the last bit, the same gradients, unfolded and as a scan", () => {
    fc.assert(
      fc.property(lengths, reaches, seeds, (steps, k, seed) => {
        const [U, initial] = [drawParam("U", [2, 2], seed), drawParam("initial", [k, 1, 2], seed)];
        const x = drawConstant([steps, 1, 2], seed, "x");
        const one = foldedGraph("one", ({ sequence, delay }) => {
          const h = delay("h", [1, 2], { steps: k, initial });
          const next = tanh(add(sequence("x", [1, 2]), matmul(h, U)));
          return { next: { h: next }, outputs: { h: next } };
        });
        const parts = unstack(initial);
        const chain = foldedGraph("chain", ({ sequence, delay }) => {
          // Link 0 holds the value of one step ago; the last link that of k steps ago.
          const links = parts.map((_, i) => delay(`h${i}`, [1, 2], { initial: parts[k - 1 - i]! }));
          const next = tanh(add(sequence("x", [1, 2]), matmul(links.at(-1)!, U)));
          const values = [next, ...links.slice(0, -1)];
          return {
            next: Object.fromEntries(values.map((value, i) => [`h${i}`, value])),
            outputs: { h: next },
          };
        });
        const slopes = (h: FloatNode): number[] =>
          gradient(sum(mul(h, h)), [U, initial]).flatMap((slope) => [...evaluate(slope).data]);
        const expected = unfold(one, steps, { x }).outputs.h;
        const wanted = slopes(expected);
        for (const run of [unfold(chain, steps, { x }), scan(one, steps, { x }), scan(chain, steps, { x })]) {
          expect(evaluate(run.outputs.h)).toEqual(evaluate(expected));
          slopes(run.outputs.h).forEach((slope, i) => {
            // Sums of at most 8 products below 4 in another order.
            expect(Math.abs(slope - wanted[i]!)).toBeLessThanOrEqual(1e-13);
          });
        }
      }),
    );
  });
});

describe("the final state is the initial value of the next window", () => {
  test.each(["f64", "f32"] as const)(
    "T1 + T2 steps at once are T1 and then T2 steps, to the last bit of %s",
    (precision) => {
      fc.assert(
        fc.property(lengths, lengths, seeds, (t1, t2, seed) => {
          const [U, V] = [drawParam("U", [2, 2], seed), drawParam("V", [2, 2], seed)];
          const build = (h0: FloatNode | number, c0: FloatNode | number) =>
            foldedGraph("net", ({ sequence, delay }) => {
              const h = delay("h", [1, 2], { steps: 1, initial: h0 });
              const c = delay("c", [1, 2], { steps: 3, initial: c0 });
              const next = tanh(add(add(sequence("x", [1, 2]), matmul(h, U)), matmul(c, V)));
              return { next: { h: next, c: mul(next, h) }, outputs: { h: next } };
            });
          const x = drawConstant([t1 + t2, 1, 2], seed, "x");
          const c0 = drawConstant([3, 1, 2], seed, "c0");
          const whole = unfold(build(0.25, c0), t1 + t2, { x });
          const first = unfold(build(0.25, c0), t1, { x: slice(x, { axis: 0, stop: t1 }) });
          const carried = first.final as Readonly<Record<"h" | "c", FloatNode>>;
          const second = unfold(build(carried.h, carried.c), t2, { x: slice(x, { axis: 0, start: t1 }) });
          const value = (node: FloatNode): number[] => [...evaluate(node, {}, { precision }).data];
          expect([...value(first.outputs.h), ...value(second.outputs.h)]).toEqual(value(whole.outputs.h));
          expect(value(second.final["h"] as FloatNode)).toEqual(value(whole.final["h"] as FloatNode));
          expect(value(second.final["c"] as FloatNode)).toEqual(value(whole.final["c"] as FloatNode));
        }),
      );
    },
  );

  test("a state carries it from run to run of one executable", async () => {
    await fc.assert(
      fc.asyncProperty(lengths, seeds, async (steps, seed) => {
        const carried = state("carried", ndArray([3, -1], { shape: [2] }));
        const window = unfold(linear(-0.5, { steps: 2, initial: carried }), steps);
        const runtime = await createRuntime({ precision: "f64" });
        const step = await runtime.compile({
          inputs: { x: window.sequences["x"]! },
          outputs: { h: window.outputs.h },
          updates: [[carried, window.final["h"]!]],
        });
        const x = [...drawReals([3 * steps], seed, "x").data];
        const windows = [0, 1, 2].flatMap((i) => [...step.run({ x: x.slice(i * steps, (i + 1) * steps) }).h.data]);
        const whole = unfold(linear(-0.5, { steps: 2, initial: constant([3, -1]) }), 3 * steps);
        expect(windows).toEqual([...evaluate(whole.outputs.h, { x }).data]);
      }),
    );
  });

  test("the last value carried is the last of outputs", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const { final, last } = unfold(twoDelays(batch, seed).folded, steps);
        const values = twoDelaysValues(steps, batch, seed);
        const found = evaluateAll({ carried: final["b"] as FloatNode, last: last.b }, values);
        expect([...found.carried.data.slice(-found.last.data.length)]).toEqual([...found.last.data]);
      }),
    );
  });
});

describe("one initial value for all k steps", () => {
  test("is the value repeated", () => {
    const same = unfold(shift(3, constant([1, 2])), 4, {
      x: constant(ndArray([1, 2, 3, 4, 5, 6, 7, 8], { shape: [4, 2] })),
    });
    expect([...evaluate(same.outputs.y).data]).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
  });

  test("gets the gradient of all k steps", () => {
    const h0 = input("h0", [2]);
    const { outputs } = unfold(shift(3, h0), 5);
    const [slope] = gradient(sum(outputs.y), [h0]);
    const values = { x: ndArray(new Float64Array(10), { shape: [5, 2] }), h0: [0, 0] };
    expect([...evaluate(slope, values).data]).toEqual([3, 3]);
  });

  test("of which T < k steps are read gets the gradient of those", () => {
    const h0 = input("h0", [3, 2]);
    const { outputs } = unfold(shift(3, h0), 2);
    const [slope] = gradient(sum(outputs.y), [h0]);
    expect([...evaluate(slope, { h0: ndArray(new Float64Array(6), { shape: [3, 2] }) }).data]).toEqual([
      1, 1, 1, 1, 0, 0,
    ]);
  });
});

test("a delay may read what another delay read", () => {
  const folded = foldedGraph("relay", ({ sequence, delay }) => {
    const first = delay("first", [], { initial: -1 });
    const second = delay("second", [], { initial: -2 });
    return { next: { first: sequence("x", []), second: first }, outputs: { y: second } };
  });
  expect([...evaluate(unfold(folded, 4).outputs.y, { x: [1, 2, 3, 4] }).data]).toEqual([-2, -1, 1, 2]);
});

test("a delay may be read after a constant", () => {
  const folded = foldedGraph("first", ({ delay }) => {
    const isFirst = delay("isFirst", [], { initial: 1 });
    return { next: { isFirst: constant(0) }, outputs: { isFirst: reshape(isFirst, [1]) } };
  });
  expect([...evaluate(unfold(folded, 3).outputs.isFirst).data]).toEqual([1, 0, 0]);
});
