/** A module that searches run in worker threads: trains a layer for some epochs, or fails in the way it is told. */
import { createRuntime, mean, square, sub, type FloatNode } from "@unfold/core";
import {
  averageOf,
  createTrainer,
  Dataset,
  decodeSafetensors,
  dense,
  encodeSafetensors,
  fit,
  readLeaves,
  sgd,
  writeLeaves,
} from "@unfold/nn";
import { serveTrials } from "@unfold/nn/node";

interface Configuration {
  readonly learningRate: number;
  readonly fails: "" | "throws" | "exits" | "hangs" | "no number";
}

const data = Dataset.from([0, 1, 2, 3].map((i) => ({ x: [i / 4], y: [2 * (i / 4) + 1] }))).batch(2);

serveTrials<Configuration>(async ({ configuration, seed, budget, checkpoint }) => {
  if (configuration.fails === "throws") throw new Error("thrown in a thread");
  if (configuration.fails === "exits") process.exit(3);
  if (configuration.fails === "no number") return {} as { readonly loss: number };
  if (configuration.fails === "hangs") await new Promise<never>(() => setInterval(() => undefined, 1000));
  const layer = dense({ inputs: 1, units: 1, seed });
  const trainer = createTrainer(await createRuntime({ backend: "wasm-simd" }), {
    build: ({ x, y }: { readonly x: FloatNode; readonly y: FloatNode }) => {
      const error = square(sub(layer.apply(x), y));
      return { loss: mean(error), metrics: { loss: averageOf(error) } };
    },
    optimizer: sgd({ learningRate: configuration.learningRate }),
  });
  const [first] = await data.toArray();
  await trainer.prepare(first!);
  const saved = checkpoint as { readonly epochs: number; readonly weights: Uint8Array } | undefined;
  if (saved !== undefined) writeLeaves(trainer.runtime, trainer.leaves(), decodeSafetensors(saved.weights).tensors);
  await fit(trainer, { data, epochs: budget - (saved?.epochs ?? 0) });
  const { loss } = await trainer.evaluate(data);
  const weights = encodeSafetensors(readLeaves(trainer.runtime, trainer.leaves()));
  return { loss, checkpoint: { epochs: budget, weights } };
});
