/** Every operation, for tests, the operation reference and JSON. Library code imports the ops it uses from their files, so that unused ones vanish from a bundle. */
import { constantOp, inputOp, paramOp, placeholderOp, stateOp } from "../graph/leaves.js";
import type { AnyOp } from "../graph/op.js";
import { addOp } from "./add.js";
import { concatOp } from "./concat.js";
import { mulOp } from "./mul.js";
import { negOp } from "./neg.js";
import { reshapeOp } from "./reshape.js";
import { padOp, sliceOp } from "./slice-pad.js";
import { squareOp } from "./square.js";
import { subOp } from "./sub.js";
import { broadcastToOp, sumOp } from "./sum-broadcast.js";
import { tanhOp } from "./tanh.js";

/** All operations, leaves first. */
export const allOps: readonly AnyOp[] = [
  // leaves
  inputOp,
  paramOp,
  stateOp,
  constantOp,
  placeholderOp,
  // elementwise arithmetic
  addOp,
  subOp,
  mulOp,
  negOp,
  squareOp,
  // elementwise functions
  tanhOp,
  // reductions and their adjoints
  sumOp,
  broadcastToOp,
  // movement
  reshapeOp,
  sliceOp,
  padOp,
  concatOp,
];
