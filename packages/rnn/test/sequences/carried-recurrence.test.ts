/** A series in windows whose state is carried: what it yields in one piece, trained within each window. */
import {
  adam,
  carriedRecurrence,
  carriedRestarts,
  consecutiveWindows,
  createRuntime,
  evaluateAll,
  foldedGraph,
  gradient,
  gru,
  input,
  leavesOf,
  lstm,
  meanSquaredError,
  param,
  scan,
  slice,
  specialize,
  state,
  stopGradient,
  substitute,
  sum,
  tanh,
  add,
  unfold,
  type FloatNode,
} from "@unfold/rnn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { batches, drawReals, lengths, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";
import { lossOf } from "../same-recurrences.js";

const interpreter = { backend: "interpreter", optimize: "exact", precision: "f64" } as const;

test.each([
  ["scan", scan],
  ["unfold", unfold],
] as const)("windows of any lengths yield what one piece yields, bit for bit (%s)", async (_, run) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(lengths, { minLength: 1, maxLength: 4 }),
      batches,
      seeds,
      async (windows, batch, seed) => {
        const { folded } = twoDelays(batch, seed);
        const steps = windows.reduce((total, size) => total + size, 0);
        const { x, z, a0 } = twoDelaysValues(steps, batch, seed);
        const whole = evaluateAll(scan(folded, steps).outputs, { x, z, a0 });
        const runtime = await createRuntime(interpreter);
        const carried = carriedRecurrence(folded);
        const program = specialize(runtime, (read: { x: FloatNode; z: FloatNode }) => {
          const values = run(carried.folded, read.x.shape[0]!, read);
          return { outputs: values.outputs, updates: carried.updates(values) };
        });
        const { reset, checkStarted } = await carriedRestarts(runtime, { memory: carried });
        expect(checkStarted).toThrow('none of "memory"');
        for (let epoch = 0; epoch < 2; epoch++) {
          reset({ a0 }, "memory");
          checkStarted();
          const found: number[] = [];
          for (let i = 0, start = 0; i < windows.length; start += windows[i]!, i++) {
            const part = (value: typeof x) => {
              const size = value.data.length / steps;
              const data = value.data.slice(start * size, (start + windows[i]!) * size);
              return evaluateAll({ part: input("part", [windows[i]!, ...value.shape.slice(1)]) }, { part: data }).part;
            };
            found.push(...(await program.run({ x: part(x), z: part(z) })).b.data);
          }
          expect(found).toEqual([...whole.b.data]);
        }
      },
    ),
    { numRuns: 20 },
  );
});

test("derivatives are those of the window alone, its first state given", () => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const cell = lstm({ inputs: 2, units: 3, seed });
      const x = input("x", [steps, batch, 2]);
      const carried = carriedRecurrence(cell.fold(batch));
      const [h0, c0] = [
        param("h0", drawReals([1, batch, 3], seed, "h0")),
        param("c0", drawReals([1, batch, 3], seed, "c0")),
      ];
      const given = cell.scan(x, { h: stopGradient(h0), c: stopGradient(c0) });
      const own = scan(carried.folded, steps, { x });
      const parameters = Object.values(cell.parameters);
      const slopes = gradient(lossOf(own), parameters);
      const started = substitute(
        slopes,
        new Map([
          [carried.states["h"]!, h0],
          [carried.states["c"]!, c0],
        ]),
      );
      const named = (nodes: readonly FloatNode[]) => Object.fromEntries(nodes.map((node, i) => [`${i}`, node]));
      const values = { x: drawReals([steps, batch, 2], seed, "x") };
      expect(evaluateAll(named(started as FloatNode[]), values)).toEqual(
        evaluateAll(named(gradient(lossOf(given), parameters)), values),
      );
    }),
    { numRuns: 20 },
  );
});

test("training across windows: the state a window ends with is what the next one starts from", async () => {
  const runtime = await createRuntime();
  const cell = gru({ inputs: 1, units: 8, seed: 1 });
  const memory = carriedRecurrence(cell.fold(2));
  const [x, y] = [input("x", [5, 2, 1]), input("y", [5, 2, 1])];
  const values = scan(memory.folded, 5, { x });
  const loss = meanSquaredError(slice(values.outputs.h, { axis: 2, stop: 1 }), y);
  const updates = [...adam({ learningRate: 0.01 }).minimize(loss), ...memory.updates(values)];
  const step = await runtime.compile({ inputs: { x, y }, outputs: { loss, last: values.last.h }, updates });
  const { reset } = await carriedRestarts(runtime, { memory });
  const series = Array.from({ length: 84 }, (_, t) => [Math.sin(t / 3)]);
  const losses: number[] = [];
  for (let epoch = 0; epoch < 30; epoch++) {
    reset();
    expect(runtime.read(memory.states["h"]!).data.every((element) => element === 0)).toBe(true);
    let total = 0;
    for (const window of consecutiveWindows(series, { batch: 2, size: 5 })) {
      const results = step.run({ x: window.x, y: window.y });
      total += results.loss.item();
      expect([...runtime.read(memory.states["h"]!).data]).toEqual([...results.last.data]);
    }
    losses.push(total);
  }
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 4);
});

test("two recurrences are reset apart", async () => {
  const counting = (name: string) =>
    carriedRecurrence(
      foldedGraph(name, ({ delay }) => {
        const count = add(delay("count", [], { initial: 0 }), 1);
        return { next: { count }, outputs: { count } };
      }),
    );
  const [a, b] = [counting("a"), counting("b")];
  const [first, second] = [scan(a.folded, 3), scan(b.folded, 3)];
  const runtime = await createRuntime();
  const step = await runtime.compile({
    outputs: { a: first.last.count, b: second.last.count },
    updates: [...a.updates(first), ...b.updates(second)],
  });
  const { reset } = await carriedRestarts(runtime, { a, b });
  const counts = () => {
    const { a: one, b: other } = step.run({});
    return [one.item(), other.item()];
  };
  expect(counts()).toEqual([3, 3]);
  expect(counts()).toEqual([6, 6]);
  reset({}, "b");
  expect(counts()).toEqual([9, 3]);
  expect(() => {
    reset({}, "c");
  }).toThrow('got "c". There are "a", "b".');
});

test("states are named after the path and the delay", () => {
  const carried = carriedRecurrence(gru({ inputs: 1, units: 2, seed: 1 }).fold(1), { path: "encoder" });
  expect(carried.states["h"]!.label).toBe("encoder/h");
  expect(leavesOf([sum(tanh(scan(carried.folded, 2).last.h))], "state")).toEqual([carried.states["h"]]);
  expect(carried.states["h"]!.op).toBe(state("x", 0).op);
});
