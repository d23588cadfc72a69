/** The epoch of digits as users have it: examples through a pipeline, and `fit` around the steps. */
import { createTrainer, Dataset, fit, type FloatNode, type IntNode } from "@unfold/rnn";
import { perceptron } from "../models/mlp.js";
import { optimizerOf } from "../models/optimizer.js";
import { describeBackend, type OurBackend } from "../steps/backends.js";
import { inProcessLater, type Implementation } from "../steps/implementation.js";
import type { WorkloadData } from "../workloads/data.js";
import type { MnistWorkload } from "../workloads/mnist.js";

/** An epoch of `fit`, in the order in which all others read the digits. It has run once. */
export async function fittedDigits(
  backend: OurBackend,
  workload: MnistWorkload,
  data: WorkloadData,
): Promise<Implementation> {
  const runtime = await backend.createRuntime();
  const { loss, weights } = perceptron(workload.sizes);
  const trainer = createTrainer(runtime, {
    build: ({ x, y }: { readonly x: FloatNode; readonly y: IntNode }) => ({ loss: loss(x, y) }),
    optimizer: optimizerOf(workload),
  });
  const [images, labels] = [data.x!.data as Float32Array, data.y!.data];
  const points = workload.sizes[0];
  const batches = Dataset.from(
    Array.from(labels, (y, i) => ({ x: images.subarray(i * points, (i + 1) * points), y })),
  ).batch(workload.batch, { dtypes: { y: "i32" } });
  for await (const batch of batches.take(1)) await trainer.prepare(batch);
  for (const [leaf, value] of weights(data)) runtime.write(leaf, value);
  const epoch = async (): Promise<number> => (await fit(trainer, { data: batches, epochs: 1 })).history[0]!.loss;
  const first = await epoch();
  return { ...inProcessLater(`${backend.implementation}, fit`, describeBackend(runtime), epoch), first };
}
