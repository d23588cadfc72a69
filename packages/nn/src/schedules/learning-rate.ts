/** What optimizers take as a learning rate. */
import { constant, type FloatNode } from "@unfold/core";
import type { Scalar } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/** A number; a scalar node, such as an input or a state; or a schedule of the updates done. */
export type LearningRate = Scalar | Schedule;

/** The learning rate as a node. */
export function rateOf(rate: LearningRate, step: FloatNode): FloatNode {
  if (typeof rate === "function") return rate(step);
  return typeof rate === "number" ? constant(rate) : rate;
}
