/** The case files of elementwise operations. */
import type { OpCase } from "@unfold/testkit";
import { absCase } from "./abs.js";
import { activationsCase } from "./activations.js";
import { addCase } from "./add.js";
import { castCase } from "./cast.js";
import { clampCase } from "./clamp.js";
import { comparisonsCase } from "./comparisons.js";
import { divCase } from "./div.js";
import { erfCase } from "./erf.js";
import { expCase } from "./exp.js";
import { expm1Case } from "./expm1.js";
import { floorCase } from "./floor.js";
import { isNaNCase } from "./is-nan.js";
import { logCase } from "./log.js";
import { log1pCase } from "./log1p.js";
import { logicalCase } from "./logical.js";
import { maximumCase } from "./maximum.js";
import { minimumCase } from "./minimum.js";
import { mulCase } from "./mul.js";
import { negCase } from "./neg.js";
import { powCase } from "./pow.js";
import { reciprocalCase } from "./reciprocal.js";
import { reluCase } from "./relu.js";
import { roundCase } from "./round.js";
import { selectCase } from "./select.js";
import { sigmoidCase } from "./sigmoid.js";
import { signCase } from "./sign.js";
import { sinCosCase } from "./sin-cos.js";
import { softplusCase } from "./softplus.js";
import { sqrtCase } from "./sqrt.js";
import { squareCase } from "./square.js";
import { subCase } from "./sub.js";
import { tanhCase } from "./tanh.js";

export const elementwiseCases: Readonly<Record<string, OpCase>> = {
  abs: absCase,
  activations: activationsCase,
  add: addCase,
  cast: castCase,
  clamp: clampCase,
  comparisons: comparisonsCase,
  div: divCase,
  erf: erfCase,
  exp: expCase,
  expm1: expm1Case,
  floor: floorCase,
  isNaN: isNaNCase,
  log: logCase,
  log1p: log1pCase,
  logical: logicalCase,
  maximum: maximumCase,
  minimum: minimumCase,
  mul: mulCase,
  neg: negCase,
  pow: powCase,
  reciprocal: reciprocalCase,
  relu: reluCase,
  round: roundCase,
  select: selectCase,
  sigmoid: sigmoidCase,
  sign: signCase,
  sinCos: sinCosCase,
  softplus: softplusCase,
  sqrt: sqrtCase,
  square: squareCase,
  sub: subCase,
  tanh: tanhCase,
};
