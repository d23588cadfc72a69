/** The optimizers that are timed. L-BFGS is none of them: it steps on all data at once, and searches along a line. */
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  lion,
  nadam,
  rmsProp,
  sgd,
  type MinimizeOptions,
  type Optimizer,
} from "@unfold/rnn";

/** An optimizer by name. */
export interface OptimizerCase {
  readonly name: string;
  readonly optimizer: Optimizer;
  readonly options?: Omit<MinimizeOptions, "parameters">;
}

/** So small that weights, and so the time of a step, stay what they are. */
const settings = { learningRate: 1e-8 };

/** All of them, made anew. */
export function optimizerCases(): readonly [OptimizerCase, ...OptimizerCase[]] {
  return [
    { name: "sgd", optimizer: sgd(settings) },
    { name: "sgd, momentum", optimizer: sgd({ ...settings, momentum: 0.9 }) },
    { name: "sgd, Nesterov", optimizer: sgd({ ...settings, momentum: 0.9, nesterov: true }) },
    { name: "adagrad", optimizer: adagrad(settings) },
    { name: "adadelta", optimizer: adadelta(settings) },
    { name: "rmsProp", optimizer: rmsProp(settings) },
    { name: "rmsProp, centered", optimizer: rmsProp({ ...settings, centered: true }) },
    { name: "adam", optimizer: adam(settings) },
    { name: "adam, AMSGrad", optimizer: adam({ ...settings, amsgrad: true }) },
    { name: "adam, clipped by global norm", optimizer: adam(settings), options: { clipGlobalNorm: 1 } },
    { name: "nadam", optimizer: nadam(settings) },
    { name: "adamW", optimizer: adamW(settings) },
    { name: "adamax", optimizer: adamax(settings) },
    { name: "lion", optimizer: lion(settings) },
  ];
}
