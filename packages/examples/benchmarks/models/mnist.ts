/** The network of W5 on digits, a minibatch after the other. */
import type { MnistWorkload } from "../workloads/mnist.js";
import { mlpModel } from "./mlp.js";
import type { Model } from "./model.js";

/** The graph of one step, and what its steps are fed with. */
export function mnistModel(workload: MnistWorkload): Model {
  const { sizes, batch, steps } = workload;
  const model = mlpModel(workload);
  const points = batch * sizes[0];
  return {
    ...model,
    feeds: ({ x, y }) =>
      Array.from({ length: steps }, (_, i) => ({
        x: x!.data.subarray(i * points, (i + 1) * points),
        y: y!.data.subarray(i * batch, (i + 1) * batch),
      })),
  };
}
