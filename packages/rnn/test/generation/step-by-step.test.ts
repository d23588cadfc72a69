/** Steps that are carried from run to run: what a scan over all of them yields, bit for bit on the interpreter. */
import {
  add,
  constant,
  createRuntime,
  dense,
  elman,
  embedding,
  evaluateAll,
  foldedGraph,
  gather,
  greater,
  input,
  lstm,
  matmul,
  mean,
  mul,
  ndArray,
  param,
  scan,
  select,
  sgd,
  square,
  state,
  stepByStep,
  sum,
  tanh,
  type NdArray,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawParam, drawReals, lengths, linear, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";

/** As values are written: no reordered sums. */
const interpreter = { backend: "interpreter", optimize: "exact", precision: "f64" } as const;

function element(whole: NdArray, t: number): number[] {
  const size = whole.data.length / whole.shape[0]!;
  return [...whole.data.subarray(t * size, (t + 1) * size)];
}

describe("T steps are a scan over T steps", () => {
  test("for delays of 2 and 3 steps that start from inputs and parameters, bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(lengths, batches, seeds, async (steps, batch, seed) => {
        const { folded } = twoDelays(batch, seed);
        const values = twoDelaysValues(steps, batch, seed);
        const whole = evaluateAll(scan(folded, steps).outputs, { ...values });
        const [x, z] = [input("x", [batch, 2]), input("z", [batch, 1])];
        const stepper = await stepByStep(await createRuntime(interpreter), {
          inputs: { x, z },
          draw: (carry) => carry(folded, { x, z }),
        });
        expect(() => stepper.run({ x: element(values.x, 0), z: element(values.z, 0) })).toThrow(
          "Call reset({ a0 }) first",
        );
        stepper.reset({ a0: values.a0 });
        for (let t = 0; t < steps; t++) {
          const { a, b } = stepper.run({ x: element(values.x, t), z: element(values.z, t) });
          expect([...a.data]).toEqual(element(whole.a, t));
          expect([...b.data]).toEqual(element(whole.b, t));
        }
        stepper.reset({ a0: values.a0 });
        const last = stepper.prime({ x: values.x, z: values.z }, {});
        expect([...last.b.data]).toEqual(element(whole.b, steps - 1));
      }),
      { numRuns: 30 },
    );
  });

  test("for two cells and a head, and a scan inside the step, bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(lengths, batches, seeds, async (steps, batch, seed) => {
        const lower = lstm({ name: "lower", inputs: 2, units: 3, seed });
        const upper = elman({ name: "upper", inputs: 3, units: 2, seed });
        const head = dense({ inputs: 2, units: 4, seed });
        // A recurrence over three copies of what the upper cell says, inside the outer one's step.
        const nested = foldedGraph("nested", ({ sequence, delay }) => {
          const y = sequence("y", []);
          const before = delay("total", [], { steps: 2, initial: 1 });
          const inner = scan(linear(0.5, { initial: 0 }), 3, { x: mul(constant([1, 2, 3]), add(y, before)) });
          return { next: { total: inner.last.h }, outputs: { total: inner.last.h } };
        });
        const x = input("x", [steps, batch, 2]);
        const above = upper.scan(lower.scan(x).outputs.h).outputs.h;
        const totals = scan(nested, steps, { y: sum(above, { axes: [1, 2] }) }).outputs.total;
        const values = { x: drawReals([steps, batch, 2], seed, "x") };
        const whole = evaluateAll({ y: head.apply(above), totals }, values);

        const now = input("x", [batch, 2]);
        const stepper = await stepByStep(await createRuntime(interpreter), {
          inputs: { x: now },
          draw: (carry) => {
            const { h } = carry(upper.fold(batch), { x: carry(lower.fold(batch), { x: now }).h });
            return { y: head.apply(h), ...carry(nested, { y: sum(h) }) };
          },
        });
        for (let t = 0; t < steps; t++) {
          const { y, total } = stepper.run({ x: element(values.x, t) });
          expect([...y.data]).toEqual(element(whole.y, t));
          expect(total.item()).toBe(element(whole.totals, t)[0]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("compiled, to 32 bits", async () => {
    const cell = lstm({ inputs: 3, units: 5, seed: 3 });
    const x = input("x", [2, 3]);
    const values = drawReals([20, 2, 3], 1, "x");
    const stepper = await stepByStep(await createRuntime(), {
      inputs: { x },
      draw: (carry) => carry(cell.fold(2), { x }),
    });
    const { h } = evaluateAll(cell.scan(input("x", [20, 2, 3])).outputs, { x: values });
    const last = stepper.prime({ x: values }, {}).h;
    // 20 steps of products of 8 terms below 1, each rounded to 2^-24.
    last.data.forEach((found, i) => {
      expect(Math.abs(found - element(h, 19)[i]!)).toBeLessThanOrEqual(1e-5);
    });
  });
});

test("parameters are shared with training, and initial values follow them", async () => {
  const runtime = await createRuntime(interpreter);
  const h0 = param("h0", [[0.5]]);
  const w = drawParam("w", [1, 1], 1);
  const folded = foldedGraph("cell", ({ delay }) => {
    const h = tanh(matmul(delay("h", [1, 1], { initial: h0 }), w));
    return { next: { h }, outputs: { h } };
  });
  const training = await runtime.compile({
    updates: sgd({ learningRate: 0.5 }).minimize(sum(square(scan(folded, 3).last.h))),
  });
  const stepper = await stepByStep(runtime, { draw: (carry) => carry(folded) });
  const expected = (): number => Math.tanh(runtime.read(h0).item() * runtime.read(w).item());
  const before = stepper.run({}).h.item();
  expect(before).toBe(expected());
  training.run({});
  stepper.reset();
  expect(stepper.run({}).h.item()).toBe(expected());
  expect(stepper.run({}).h.item()).not.toBe(before);
});

test("one recurrence is reset by name, and updates of one's own are written", async () => {
  const counter = foldedGraph("counter", ({ delay }) => {
    const next = add(delay("count", [], { initial: 0 }), 1);
    return { next: { count: next }, outputs: { count: next } };
  });
  const runtime = await createRuntime(interpreter);
  const stepper = await stepByStep(runtime, {
    draw: (carry) => ({ a: carry(counter).count, b: carry(counter, {}, "other").count }),
  });
  const counts = (): number[] => {
    const { a, b } = stepper.run({});
    return [a.item(), b.item()];
  };
  expect(counts()).toEqual([1, 1]);
  expect(counts()).toEqual([2, 2]);
  stepper.reset({}, "other");
  expect(counts()).toEqual([3, 1]);
  stepper.reset();
  expect(counts()).toEqual([1, 1]);
  expectProblem(
    () => {
      stepper.reset({}, "another");
    },
    {
      name: "RuntimeError",
      code: "RECURRENCE_UNKNOWN",
      message:
        'reset(values, name): the name must be that of a recurrence that is carried, got "another". There are "counter", "other".',
    },
  );
});

test("what depends on inputs that are given once is computed by reset and kept, whatever its type", async () => {
  const [x, given, index] = [input("x", []), input("given", [3]), input("index", [2], "i32")];
  const w = param("w", 2);
  const total = foldedGraph("total", ({ sequence, delay }) => {
    const sum = add(delay("sum", [2], { initial: 0 }), mul(sequence("x", []), sequence("chosen", [2])));
    return { next: { sum }, outputs: { sum } };
  });
  const runtime = await createRuntime(interpreter);
  const written = state("written", 0);
  const stepper = await stepByStep(runtime, {
    inputs: { x },
    draw: (carry) => {
      const chosen = mul(w, gather(given, index));
      const { sum: y } = carry(total, { x, chosen });
      return { y, given, index, isLarge: greater(chosen, 10), both: select(greater(chosen, 10), y, mul(x, w)) };
    },
    updates: [[written, add(written, mean(given))]],
  });
  expectProblem(() => stepper.run({ x: 1 }), {
    name: "RuntimeError",
    code: "RESET_NEEDED",
    message:
      'run(values): what depends on inputs that are given once must be computed before the first step, got none of "given inputs". Call reset({ given, index }) first.',
  });
  const run = (value: number): number[][] => Object.values(stepper.run({ x: value })).map(({ data }) => [...data]);
  stepper.reset({ given: [1, 4, 7], index: [2, 0] });
  expect(run(1)).toEqual([
    [14, 2],
    [1, 4, 7],
    [2, 0],
    [1, 0],
    [14, 2],
  ]);
  expect(run(2)).toEqual([
    [42, 6],
    [1, 4, 7],
    [2, 0],
    [1, 0],
    [42, 4],
  ]);
  expect(runtime.read(written).item()).toBe(8);
  // One recurrence goes back to its start; what was given stays.
  stepper.reset({}, "total");
  expect(run(1)[0]).toEqual([14, 2]);
  stepper.reset({ given: [3, 3, 3], index: [0, 1] });
  runtime.write(w, 5);
  // Only what is not made of given inputs follows the parameter.
  expect(run(1)).toEqual([
    [6, 6],
    [3, 3, 3],
    [0, 1],
    [0, 0],
    [5, 5],
  ]);
});

describe("errors", () => {
  const tokens = input("token", [1], "i32");
  const table = embedding({ tokens: 5, units: 2, seed: 1 });
  const cell = elman({ inputs: 2, units: 3, seed: 1 });
  const build = async () =>
    stepByStep(await createRuntime(), {
      inputs: { token: tokens },
      draw: (carry) => carry(cell.fold(1), { x: table.apply(tokens) }),
    });

  test("sequences that are empty, broken or of no input", async () => {
    const stepper = await build();
    const rule = "prime(sequences): sequences must be [T, …] of inputs, time-major, with one T ≥ 1, got";
    expect(() => stepper.prime({ token: [] }, {})).toThrow(`${rule} "token" with 0 elements, 1 per step.`);
    expect(() => stepper.prime({ other: [1] } as never, {} as never)).toThrow(
      `${rule} "other" with 1 elements, which is no input.`,
    );
    expect(() => stepper.prime({}, { token: [1] })).toThrow(`${rule} none.`);
    expect(() => stepper.prime({ token: ndArray([1.5]) }, {})).toThrow("prime({ token })");
    expect(() => stepper.prime({ token: [7] }, {})).toThrow("every index must be in [0, 4], got 7");
  });

  test("sequences of two lengths", async () => {
    const [x, y] = [input("x", [2]), input("y", [])];
    const stepper = await stepByStep(await createRuntime(), { inputs: { x, y }, draw: () => ({ s: add(x, y) }) });
    expect([...stepper.prime({ x: [1, 2, 3, 4] }, { y: 1 }).s.data]).toEqual([4, 5]);
    expect(() => stepper.prime({ x: [1, 2, 3, 4], y: [1] }, {})).toThrow(
      '"x" with 4 elements, 2 per step and "y" with 1 elements, 1 per step.',
    );
  });

  test("two recurrences of one name", async () => {
    const twice = stepByStep(await createRuntime(), {
      draw: (carry) => {
        const x = constant([[1, 2]]);
        carry(cell.fold(1), { x });
        return carry(cell.fold(1), { x });
      },
    });
    const reserved = stepByStep(await createRuntime(), {
      draw: (carry) => carry(cell.fold(1), { x: constant([[1, 2]]) }, "given inputs"),
    });
    await expect(reserved).rejects.toThrow('got "given inputs" twice');
    await expect(twice).rejects.toThrow(
      'carry(folded, sequences, name): every recurrence must have its own name, got "elman" twice. Name one of them in the third argument.',
    );
  });

  test("initial values that were not given", async () => {
    const folded = foldedGraph("decoder", ({ delay }) => {
      const h = delay("h", [2], { initial: input("context", [2]) });
      return { next: { h }, outputs: { h } };
    });
    const stepper = await stepByStep(await createRuntime(), { draw: (carry) => carry(folded) });
    expectProblem(() => stepper.run({}), {
      name: "RuntimeError",
      code: "RESET_NEEDED",
      message:
        'run(values): what depends on inputs that are given once must be computed before the first step, got none of "decoder". Call reset({ context }) first.',
    });
    expect(() => {
      stepper.reset();
    }).toThrow('no value for "context"');
    stepper.reset({ context: [1, 2] });
    expect([...stepper.run({}).h.data]).toEqual([1, 2]);
  });
});
