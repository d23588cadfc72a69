/** The public names of @unfold/nn. */

// initializers
export { initializedParam } from "./initializers/initializer.js";
export type { Initializer } from "./initializers/initializer.js";
export type { RandomSource } from "./random/host-random.js";
export { glorotNormal, glorotUniform } from "./initializers/glorot.js";
export { orthogonal } from "./initializers/orthogonal.js";
export { filledWith, normal, uniform, zeros } from "./initializers/simple.js";

// layers
export { dense } from "./layers/dense.js";
export type { Dense, DenseOptions } from "./layers/dense.js";
export { embedding } from "./layers/embedding.js";
export type { Embedding, EmbeddingOptions } from "./layers/embedding.js";
export { checkSizes } from "./layers/check-sizes.js";

// losses
export { crossEntropy } from "./losses/cross-entropy.js";
export { meanSquaredError } from "./losses/mean-squared-error.js";
export type { LossReduction } from "./losses/reduction.js";

// optimizers
export { adagrad } from "./optimizers/adagrad.js";
export type { AdagradOptions } from "./optimizers/adagrad.js";
export { adam } from "./optimizers/adam.js";
export type { AdamOptions } from "./optimizers/adam.js";
export { clipByGlobalNorm, globalNorm } from "./optimizers/clip-by-global-norm.js";
export { checkSetting, makeOptimizer, pathOf, stateLeaves } from "./optimizers/optimizer.js";
export type { MinimizeOptions, Optimizer, Scalar } from "./optimizers/optimizer.js";
export { sgd } from "./optimizers/sgd.js";
export type { SgdOptions } from "./optimizers/sgd.js";

// training
export { trainingMode } from "./training/training-mode.js";
export type { TrainingMode } from "./training/training-mode.js";
