/** The public names of @unfold/nn. */

// initializers
export { initializedParam } from "./initializers/initializer.js";
export type { Initializer } from "./initializers/initializer.js";
export type { RandomSource } from "./random/host-random.js";
export { randomPermutation, uniformStream } from "./random/permutation.js";
export { portableLog } from "./random/portable-log.js";
export { fromData } from "./initializers/from-data.js";
export { glorotNormal, glorotUniform } from "./initializers/glorot.js";
export { heNormal, heUniform } from "./initializers/he.js";
export { identity } from "./initializers/identity.js";
export { lecunNormal, lecunUniform } from "./initializers/lecun.js";
export { orthogonal } from "./initializers/orthogonal.js";
export { filledWith, normal, uniform, zeros } from "./initializers/simple.js";
export { truncatedNormal } from "./initializers/truncated-normal.js";

// parameters
export { countParameters, flattenParameters, trainable } from "./parameters/parameter-tree.js";
export type { ParameterTree } from "./parameters/parameter-tree.js";

// layers
export type { Layer, LayerPart } from "./layers/layer.js";
export { attention } from "./layers/attention.js";
export type { Attention, AttentionOptions } from "./layers/attention.js";
export { batchNorm } from "./layers/batch-norm.js";
export type { BatchNorm, BatchNormOptions } from "./layers/batch-norm.js";
export { convolution1d, convolution2d } from "./layers/convolution.js";
export type { Convolution, Convolution1dOptions, Convolution2dOptions } from "./layers/convolution.js";
export { dense } from "./layers/dense.js";
export type { Dense, DenseOptions } from "./layers/dense.js";
export { embedding } from "./layers/embedding.js";
export type { Embedding, EmbeddingOptions } from "./layers/embedding.js";
export { dropout } from "./layers/dropout.js";
export type { DropoutOptions } from "./layers/dropout.js";
export { layerNorm } from "./layers/layer-norm.js";
export type { LayerNorm, LayerNormOptions } from "./layers/layer-norm.js";
export { multiHeadAttention } from "./layers/multi-head-attention.js";
export type { AttendOptions, MultiHeadAttention, MultiHeadAttentionOptions } from "./layers/multi-head-attention.js";
export { oneHotEncoding } from "./layers/one-hot-encoding.js";
export type { OneHotEncodingOptions } from "./layers/one-hot-encoding.js";
export { averagePooling1d, averagePooling2d, maxPooling1d, maxPooling2d } from "./layers/pooling.js";
export type { Pooling1dOptions, Pooling2dOptions } from "./layers/pooling.js";
export { learnedEncoding, sinusoidalEncoding } from "./layers/positional-encoding.js";
export type {
  LearnedEncoding,
  LearnedEncodingOptions,
  SinusoidalEncodingOptions,
} from "./layers/positional-encoding.js";
export { residualBlock } from "./layers/residual-block.js";
export type { ResidualBlockOptions } from "./layers/residual-block.js";
export { rmsNorm } from "./layers/rms-norm.js";
export type { RmsNorm, RmsNormOptions } from "./layers/rms-norm.js";
export { sequential } from "./layers/sequential.js";
export type { LayerLike } from "./layers/sequential.js";
export { summarize, summaryTable } from "./layers/summarize.js";
export type { SummaryRow } from "./layers/summarize.js";
export { checkInitialSize } from "./initializers/check-initial-size.js";
export { checkSizes } from "./layers/check-sizes.js";

// losses
export { absoluteError } from "./losses/absolute-error.js";
export { attributeHinge } from "./losses/attribute-hinge.js";
export { binaryCrossEntropy } from "./losses/binary-cross-entropy.js";
export type { BinaryCrossEntropyOptions } from "./losses/binary-cross-entropy.js";
export { cosineDistance } from "./losses/cosine-distance.js";
export type { CosineOptions } from "./losses/cosine-distance.js";
export { crossEntropy } from "./losses/cross-entropy.js";
export type { CrossEntropyOptions } from "./losses/cross-entropy.js";
export { ctcLoss } from "./losses/ctc-loss.js";
export type { CtcOptions } from "./losses/ctc-loss.js";
export { gaussianKlDivergence } from "./losses/gaussian-kl-divergence.js";
export { gaussianLikelihood } from "./losses/gaussian-likelihood.js";
export { gaussianMixture } from "./losses/gaussian-mixture.js";
export type { GaussianMixture, GaussianMixtureOptions } from "./losses/gaussian-mixture.js";
export { gaussianMixtureLikelihood } from "./losses/gaussian-mixture-likelihood.js";
export { hierarchicalSoftmax } from "./losses/hierarchical-softmax.js";
export type { HierarchicalSoftmax, HierarchicalSoftmaxOptions } from "./losses/hierarchical-softmax.js";
export { huber } from "./losses/huber.js";
export type { HuberOptions } from "./losses/huber.js";
export { klDivergence } from "./losses/kl-divergence.js";
export type { LossOptions, LossReduction } from "./losses/loss-options.js";
export { meanSquaredError } from "./losses/mean-squared-error.js";
export { multiclassHinge } from "./losses/multiclass-hinge.js";
export type { HingeOptions } from "./losses/multiclass-hinge.js";
export { negativeLogLikelihood } from "./losses/negative-log-likelihood.js";
export { l1Penalty, l2Penalty } from "./losses/penalties.js";
export { reduceLoss } from "./losses/reduce-loss.js";
export { sampleGaussian } from "./losses/sample-gaussian.js";
export { sketchMixture } from "./losses/sketch-mixture.js";
export type { SketchMixture, SketchMixtureOptions } from "./losses/sketch-mixture.js";

// optimizers
export { accumulateGradients } from "./optimizers/accumulate-gradients.js";
export { adadelta } from "./optimizers/adadelta.js";
export type { AdadeltaOptions } from "./optimizers/adadelta.js";
export { adagrad } from "./optimizers/adagrad.js";
export type { AdagradOptions } from "./optimizers/adagrad.js";
export { adam, adamW } from "./optimizers/adam.js";
export type { AdamOptions } from "./optimizers/adam.js";
export { adamax } from "./optimizers/adamax.js";
export type { AdamaxOptions } from "./optimizers/adamax.js";
export { averageWeights } from "./optimizers/average-weights.js";
export type { AveragingOptimizer } from "./optimizers/average-weights.js";
export { boldDriver } from "./optimizers/bold-driver.js";
export type { BoldDriverOptions } from "./optimizers/bold-driver.js";
export { clipByGlobalNorm, globalNorm } from "./optimizers/clip-by-global-norm.js";
export { clipAdaptively, clipByNorm, clipByValue } from "./optimizers/clip-gradients.js";
export type { ClipOptions } from "./optimizers/clip-gradients.js";
export { lbfgs } from "./optimizers/lbfgs.js";
export type { LbfgsOptions } from "./optimizers/lbfgs.js";
export { lion } from "./optimizers/lion.js";
export type { LionOptions } from "./optimizers/lion.js";
export { lookahead } from "./optimizers/lookahead.js";
export type { LookaheadOptions } from "./optimizers/lookahead.js";
export { nadam } from "./optimizers/nadam.js";
export type { NadamOptions } from "./optimizers/nadam.js";
export { makeOptimizer } from "./optimizers/optimizer.js";
export type { MinimizeOptions, Optimizer, OptimizerRule } from "./optimizers/optimizer.js";
export { parameterGroups } from "./optimizers/parameter-groups.js";
export type { ParameterGroup } from "./optimizers/parameter-groups.js";
export { parameterwise } from "./optimizers/parameterwise.js";
export type {
  Carried,
  ParameterContext,
  ParameterwiseOptions,
  ParameterwiseRule,
  UpdateContext,
} from "./optimizers/parameterwise.js";
export { rmsProp } from "./optimizers/rms-prop.js";
export type { RmsPropOptions } from "./optimizers/rms-prop.js";
export { sgd } from "./optimizers/sgd.js";
export type { SgdOptions } from "./optimizers/sgd.js";
export { pathOf, stateLeaves } from "./optimizers/state-leaves.js";
export type { StateLeaves } from "./optimizers/state-leaves.js";

// schedules: learning rates that change
export { cosineDecay } from "./schedules/cosine-decay.js";
export type { CosineDecayOptions } from "./schedules/cosine-decay.js";
export { exponentialDecay } from "./schedules/exponential-decay.js";
export { inverseSigmoidDecay } from "./schedules/inverse-sigmoid-decay.js";
export { inverseSquareRoot } from "./schedules/inverse-square-root.js";
export type { LearningRate } from "./schedules/learning-rate.js";
export { learningRateRange } from "./schedules/learning-rate-range.js";
export type {
  LearningRatePoint,
  LearningRateRange,
  LearningRateRangeOptions,
} from "./schedules/learning-rate-range.js";
export { linearWarmup } from "./schedules/linear-warmup.js";
export { oneCycle } from "./schedules/one-cycle.js";
export type { OneCycleOptions } from "./schedules/one-cycle.js";
export { polynomialDecay } from "./schedules/polynomial-decay.js";
export { reduceOnPlateau } from "./schedules/reduce-on-plateau.js";
export type { PlateauState, ReduceOnPlateau, ReduceOnPlateauOptions } from "./schedules/reduce-on-plateau.js";
export { scheduleAt } from "./schedules/schedule.js";
export type { Schedule } from "./schedules/schedule.js";
export { multiStepDecay, stepDecay } from "./schedules/step-decay.js";

// settings
export { checkSetting } from "./settings/check-setting.js";
export type { Scalar, SettingRange } from "./settings/check-setting.js";

// checkpoints
export { readLeaves, writeLeaves } from "./checkpoints/leaf-values.js";
export { decodeSafetensors, encodeSafetensors } from "./checkpoints/safetensors.js";
export type { Safetensors } from "./checkpoints/safetensors.js";

// weights of other frameworks
export { exportWeights } from "./weights/export-weights.js";
export { importWeights } from "./weights/import-weights.js";
export { inModule } from "./weights/in-module.js";
export { kerasConvolution, kerasDense, kerasEmbedding, kerasNormalization } from "./weights/keras-layers.js";
export { pytorchConvolution, pytorchEmbedding, pytorchLinear, pytorchNormalization } from "./weights/pytorch-layers.js";
export type { GateOrder, WeightLayout, WeightMapping } from "./weights/weight-layout.js";

// data
export type { Batch, BatchAxis, BatchOptions, Example } from "./data/batches-of.js";
export { checkDataset, Dataset } from "./data/dataset.js";
export type { Source } from "./data/dataset.js";
export { jsonLines } from "./data/json-lines.js";
export { readColumns } from "./data/read-columns.js";
export type { ColumnChoice, ColumnValues, TableColumn } from "./data/read-columns.js";
export { readIdx } from "./data/read-idx.js";
export type { IdxArrays } from "./data/read-idx.js";
export { splitData } from "./data/split-data.js";
export type { SplitOptions } from "./data/split-data.js";
export { Vocabulary, words } from "./data/vocabulary.js";
export type { VocabularyOptions } from "./data/vocabulary.js";

// metrics
export { accuracy, confusionMatrix, f1Score, topKAccuracy } from "./metrics/classification.js";
export { editDistance, errorRate } from "./metrics/error-rate.js";
export { bitsPerCharacter, perplexity } from "./metrics/language.js";
export { measure } from "./metrics/measure.js";
export { averageOf } from "./metrics/metric.js";
export type { Metric, MetricValue } from "./metrics/metric.js";
export { meanAbsoluteError, rSquared } from "./metrics/regression.js";

// training
export type { EarlyStopping } from "./training/early-stopping.js";
export { fit } from "./training/fit.js";
export type { FitOptions, FitResult, TrainingCheckpoint } from "./training/fit.js";
export { createTrainer } from "./training/trainer.js";
export type { Metrics, StepValues, Trainer, TrainerRequest, TrainingGraphs } from "./training/trainer.js";
export type { EpochRecord, StartRecord, StepRecord, TrainingCallbacks } from "./training/training-callbacks.js";
export { trainingMode } from "./layers/training-mode.js";
export type { TrainingSignal } from "./training/until-aborted.js";
export type { TrainingMode } from "./layers/training-mode.js";

// search over hyper-parameters
export { integerBetween, logUniformBetween, oneOf, uniformBetween } from "./search/distribution.js";
export type { Distribution } from "./search/distribution.js";
export { searchRungs } from "./search/rungs.js";
export type { HalvingOptions, Rung } from "./search/rungs.js";
export { sampleSpace } from "./search/sample-space.js";
export type { Configuration, SearchSpace } from "./search/sample-space.js";
export { searchTrials } from "./search/search-trials.js";
export type { SearchOptions, SearchResult, TrialOutcome, TrialResult, TrialTask } from "./search/search-trials.js";
export type { TrialReport } from "./search/trial-report.js";
