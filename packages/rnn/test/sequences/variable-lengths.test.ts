/** Sequences of any number of steps through one training step, compiled once for each shape. */
import {
  adam,
  bidirectional,
  constant,
  createRuntime,
  evaluate,
  gru,
  hyperLstm,
  specialize,
  square,
  sum,
  type FloatNode,
  type IntNode,
} from "@unfold/rnn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawReals, seeds } from "../recurrences.js";

test("batches of any T and B: one compilation for each shape, values and updates of a run on its own", async () => {
  const shape = fc.record({
    steps: fc.integer({ min: 1, max: 3 }),
    batch: fc.integer({ min: 1, max: 2 }),
    seed: seeds,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(shape, { minLength: 1, maxLength: 8 }), async (batches) => {
      const cell = gru({ inputs: 2, units: 3, seed: 1 });
      const optimizer = adam({ learningRate: 0.1 });
      const runtimes = [
        await createRuntime({ backend: "interpreter" }),
        await createRuntime({ backend: "interpreter" }),
      ];
      const draw = ({ x, lengths }: { x: FloatNode; lengths: IntNode }) => {
        const values = cell.scan(x, {}, { lengths });
        const loss = sum(square(values.last.h));
        return { outputs: { loss, h: values.outputs.h }, updates: optimizer.minimize(loss) };
      };
      let drawn = 0;
      const program = specialize(
        runtimes[0]!,
        (inputs: { x: FloatNode; lengths: IntNode }) => {
          drawn++;
          return draw(inputs);
        },
        { dtypes: { lengths: "i32" } },
      );
      const own = specialize(runtimes[1]!, draw, { dtypes: { lengths: "i32" }, limit: 1 });
      for (const { steps, batch, seed } of batches) {
        const x = drawReals([steps, batch, 2], seed, "x");
        const lengths = Array.from({ length: batch }, (_, b) => 1 + ((seed + b) % steps));
        const found = await program.run({ x, lengths });
        const wanted = await own.run({ x, lengths });
        expect([...found.h.data]).toEqual([...wanted.h.data]);
        expect(found.loss.item()).toBe(wanted.loss.item());
      }
      const shapes = new Set(batches.map(({ steps, batch }) => `${steps} ${batch}`));
      expect(drawn).toBe(shapes.size);
      expect(runtimes[0]!.report().programs).toHaveLength(shapes.size);
    }),
    { numRuns: 10 },
  );
});

test("unfolded and read both ways, too: each shape is compiled once and yields what a run of its own yields", async () => {
  const layer = bidirectional({
    forward: gru({ name: "forward", inputs: 1, units: 2, seed: 1 }),
    backward: hyperLstm({ name: "backward", inputs: 1, units: 2, hyperUnits: 2, embedding: 2, seed: 2 }),
  });
  const runtime = await createRuntime({ backend: "interpreter" });
  const program = specialize(runtime, ({ x }: { x: FloatNode }) => ({ outputs: { h: layer.over(x).outputs.h } }));
  for (const [i, steps] of [2, 5, 2, 1, 5].entries()) {
    const x = drawReals([steps, 1, 1], i, "x");
    const { h } = await program.run({ x });
    const alone = layer.over(constant(x)).outputs.h;
    expect(h.shape).toEqual([steps, 1, 4]);
    Array.from(h.data).forEach((value, j) => {
      expect(Math.abs(value - evaluate(alone).data[j]!)).toBeLessThan(1e-5);
    });
  }
  expect(runtime.report().programs).toHaveLength(3);
});
