/** A tensor of zeros: a derivative where nothing flows. */
import { constant } from "../../graph/leaves.js";
import type { FloatNode } from "../../graph/node.js";
import { broadcastTo } from "../sum-broadcast.js";
import type { Shape } from "../../tensor/shape.js";

/** f32 zeros of a shape. */
export function zeros(shape: Shape): FloatNode {
  return broadcastTo(constant(0), shape);
}
