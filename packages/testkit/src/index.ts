/** What tests of all packages share. */
export {
  binaryErrors,
  binarySamples,
  booleansRefused,
  integersRefused,
  mixedRefused,
  unarySample,
} from "./common-cases.js";
export { ctcLabelProbabilities } from "./ctc-alignments.js";
export { drawValue, uniformNumbers } from "./draw.js";
export { booleans, integers, reals } from "./op-case.js";
export type { ErrorCase, KnownValue, OpCase, RealOptions, Sample, SampleInput } from "./op-case.js";
export {
  buildSample,
  checkAdjoint,
  checkDerivatives,
  checkJson,
  checkKnownValue,
  checkPrecisions,
  checkType,
  codeOf,
  gradientKind,
} from "./op-table.js";
export { cellNames, languageModel } from "./language-model.js";
export type { CellName, LanguageModel, ModelSizes } from "./language-model.js";
export { randomGraph } from "./random-graph.js";
export type { RandomGraph } from "./random-graph.js";
export { findDifference } from "./find-difference.js";
export type { WayToRun } from "./find-difference.js";
export {
  randomGraphPrograms,
  randomNestedScanPrograms,
  randomPrograms,
  randomScanPrograms,
  withGradients,
} from "./random-program.js";
export type { RandomProgram } from "./random-program.js";
export { testRecordedWeights } from "./recorded-weights.js";
export type { RecordedWeights } from "./recorded-weights.js";
export { runOn } from "./run-on.js";
export { randomScan, randomScans } from "./random-scan.js";
export type { RandomScan } from "./random-scan.js";
export { contributionsOf, firstTwoDiffer, mutantsOf, replaceOp } from "./mutate-op.js";
export type { Contribution, Mutant } from "./mutate-op.js";
export { expectProblem, expectRefusal } from "./expect-problem.js";
