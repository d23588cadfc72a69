/** The derivative of maximum and minimum. */
import type { BoolNode, FloatNode } from "../../graph/node.js";
import { equal } from "../comparisons.js";
import { select } from "../select.js";

/** 1 where a wins against b, ½ where they are equal, 0 where it loses. */
export function shareOfWinner(a: FloatNode, b: FloatNode, wins: (a: FloatNode, b: FloatNode) => BoolNode): FloatNode {
  return select(wins(a, b), 1, select(equal(a, b), 0.5, 0));
}
