/** Every operation, for tests, the operation reference and JSON. Library code imports the ops it uses from their files, so that unused ones vanish from a bundle. */
import { constantOp, inputOp, paramOp, placeholderOp, stateOp } from "../graph/leaves.js";
import type { AnyOp } from "../graph/op.js";
import { absOp } from "./abs.js";
import { addOp } from "./add.js";
import { argmaxOp } from "./argmax.js";
import { argsortOp } from "./argsort.js";
import { categoricalOp } from "./categorical.js";
import { castOp } from "./cast.js";
import { checkRangeOp } from "./check-range.js";
import { clampOp } from "./clamp.js";
import { equalOp, greaterEqualOp, greaterOp, lessEqualOp, lessOp, notEqualOp } from "./comparisons.js";
import { concatOp } from "./concat.js";
import { cumulativeSumOp } from "./cumulative-sum.js";
import { divOp } from "./div.js";
import { erfOp } from "./erf.js";
import { expOp } from "./exp.js";
import { expm1Op } from "./expm1.js";
import { floorOp } from "./floor.js";
import { gatherOp, scatterOp } from "./gather-scatter.js";
import { clipGradientOp, scaleGradientOp, stopGradientOp } from "./gradient-control.js";
import { iotaOp } from "./iota.js";
import { isNaNOp } from "./is-nan.js";
import { logOp } from "./log.js";
import { log1pOp } from "./log1p.js";
import { logicalAndOp, logicalNotOp, logicalOrOp, logicalXorOp } from "./logical.js";
import { matmulOp } from "./matmul.js";
import { maxOp, minOp } from "./max-min.js";
import { maximumOp } from "./maximum.js";
import { minimumOp } from "./minimum.js";
import { mulOp } from "./mul.js";
import { negOp } from "./neg.js";
import { oneHotOp } from "./one-hot.js";
import { accumulatePatchesOp, extractPatchesOp } from "./patches.js";
import { powOp } from "./pow.js";
import { foldInOp, randomBitsOp, randomUniformOp } from "./random.js";
import { reciprocalOp } from "./reciprocal.js";
import { reluOp } from "./relu.js";
import { reshapeOp } from "./reshape.js";
import { reverseOp } from "./reverse.js";
import { roundOp } from "./round.js";
import { scanOp, scanResultOp } from "./scan.js";
import { selectOp } from "./select.js";
import { sigmoidOp } from "./sigmoid.js";
import { signOp } from "./sign.js";
import { cosOp, sinOp } from "./sin-cos.js";
import { padOp, sliceOp } from "./slice-pad.js";
import { softplusOp } from "./softplus.js";
import { sqrtOp } from "./sqrt.js";
import { squareOp } from "./square.js";
import { subOp } from "./sub.js";
import { broadcastToOp, sumOp } from "./sum-broadcast.js";
import { addAlongAxisOp, takeAlongAxisOp } from "./take-along-axis.js";
import { tanhOp } from "./tanh.js";
import { transposeOp } from "./transpose.js";

/** All operations, leaves first. Custom gradients are not among them: they hold functions. */
export const allOps: readonly AnyOp[] = [
  // leaves
  inputOp,
  paramOp,
  stateOp,
  constantOp,
  placeholderOp,
  // elementwise arithmetic
  absOp,
  addOp,
  clampOp,
  divOp,
  mulOp,
  negOp,
  powOp,
  reciprocalOp,
  signOp,
  sqrtOp,
  squareOp,
  subOp,
  maximumOp,
  minimumOp,
  floorOp,
  roundOp,
  // elementwise functions
  cosOp,
  erfOp,
  expOp,
  expm1Op,
  logOp,
  log1pOp,
  reluOp,
  sigmoidOp,
  sinOp,
  softplusOp,
  tanhOp,
  // comparison, logic and choice
  castOp,
  equalOp,
  greaterOp,
  greaterEqualOp,
  isNaNOp,
  lessOp,
  lessEqualOp,
  logicalAndOp,
  logicalNotOp,
  logicalOrOp,
  logicalXorOp,
  notEqualOp,
  selectOp,
  // reductions and running sums
  argmaxOp,
  broadcastToOp,
  cumulativeSumOp,
  maxOp,
  minOp,
  sumOp,
  // movement
  concatOp,
  padOp,
  reshapeOp,
  reverseOp,
  sliceOp,
  transposeOp,
  // indexing and sorting
  addAlongAxisOp,
  argsortOp,
  gatherOp,
  iotaOp,
  oneHotOp,
  checkRangeOp,
  scatterOp,
  takeAlongAxisOp,
  // contraction
  matmulOp,
  // sliding windows
  accumulatePatchesOp,
  extractPatchesOp,
  // random numbers
  categoricalOp,
  foldInOp,
  randomBitsOp,
  randomUniformOp,
  // recurrences
  scanOp,
  scanResultOp,
  // control of differentiation
  clipGradientOp,
  scaleGradientOp,
  stopGradientOp,
];
