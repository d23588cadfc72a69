/** Case files of operations that are not elementwise, by the name of what they show. */
import type { OpCase } from "@unfold/testkit";
import { argmaxCase } from "./argmax.js";
import { argsortCase } from "./argsort.js";
import { categoricalCase } from "./categorical.js";
import { concatCase } from "./concat.js";
import { cumulativeSumCase } from "./cumulative-sum.js";
import { gatherScatterCase } from "./gather-scatter.js";
import { gradientControlCase } from "./gradient-control.js";
import { iotaCase } from "./iota.js";
import { checkRangeCase } from "./check-range.js";
import { maxMinCase } from "./max-min.js";
import { meanVarianceCase } from "./mean-variance.js";
import { oneHotCase } from "./one-hot.js";
import { prodCase } from "./prod.js";
import { randomDistributionsCase } from "./random-distributions.js";
import { randomCase } from "./random.js";
import { reshapeCase } from "./reshape.js";
import { reverseCase } from "./reverse.js";
import { scanCase } from "./scan.js";
import { slicePadCase } from "./slice-pad.js";
import { softmaxCase } from "./softmax.js";
import { sortCase } from "./sort.js";
import { stackSplitCase } from "./stack-split.js";
import { sumBroadcastCase } from "./sum-broadcast.js";
import { takeAlongAxisCase } from "./take-along-axis.js";
import { transposeCase } from "./transpose.js";

export const structuralCases: Readonly<Record<string, OpCase>> = {
  argmax: argmaxCase,
  argsort: argsortCase,
  categorical: categoricalCase,
  concat: concatCase,
  cumulativeSum: cumulativeSumCase,
  gatherScatter: gatherScatterCase,
  gradientControl: gradientControlCase,
  iota: iotaCase,
  checkRange: checkRangeCase,
  maxMin: maxMinCase,
  meanVariance: meanVarianceCase,
  oneHot: oneHotCase,
  prod: prodCase,
  random: randomCase,
  randomDistributions: randomDistributionsCase,
  reshape: reshapeCase,
  reverse: reverseCase,
  scan: scanCase,
  slicePad: slicePadCase,
  softmax: softmaxCase,
  sort: sortCase,
  stackSplit: stackSplitCase,
  sumBroadcast: sumBroadcastCase,
  takeAlongAxis: takeAlongAxisCase,
  transpose: transposeCase,
};
