/** What tests of all packages share. */
export {
  binaryErrors,
  binarySamples,
  booleansRefused,
  integersRefused,
  mixedRefused,
  unarySample,
} from "./common-cases.js";
export { drawValue, uniformNumbers } from "./draw.js";
export { booleans, integers, reals } from "./op-case.js";
export type { ErrorCase, KnownValue, OpCase, Sample } from "./op-case.js";
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
