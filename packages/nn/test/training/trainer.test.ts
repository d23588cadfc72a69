/** What a trainer keeps, and what it is not given. */
import { createRuntime, mean, ndArray, square, type FloatNode } from "@unfold/core";
import { createTrainer, dense, sgd } from "@unfold/nn";
import { expect, test } from "vitest";

test("programs for shapes that did not come for long are forgotten: memory does not grow with their number", async () => {
  const layer = dense({ inputs: 1, units: 1, seed: 1 });
  const drawn: number[] = [];
  const trainer = createTrainer(await createRuntime(), {
    build: ({ x }: { readonly x: FloatNode }) => {
      drawn.push(x.shape[0]!);
      return { loss: mean(square(layer.apply(x))) };
    },
    optimizer: sgd({ learningRate: 0.01 }),
  });
  const sizes = Array.from({ length: 65 }, (_, i) => i + 1);
  for (const size of [...sizes, 65, 1, 3])
    await trainer.step({ x: ndArray(new Float32Array(size), { shape: [size, 1] }) });
  expect(drawn).toEqual([...sizes, 1]);
});
