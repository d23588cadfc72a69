/** Ops whose two inputs may change places without changing a bit (of a NaN there is only one). */
import type { AnyOp } from "../graph/op.js";
import { addOp } from "../ops/add.js";
import { equalOp, notEqualOp } from "../ops/comparisons.js";
import { logicalAndOp, logicalOrOp, logicalXorOp } from "../ops/logical.js";
import { maximumOp } from "../ops/maximum.js";
import { minimumOp } from "../ops/minimum.js";
import { mulOp } from "../ops/mul.js";

/** IEEE 754 addition and multiplication commute; maximum and minimum order -0 before 0 whichever comes first. */
export const commutativeOps: ReadonlySet<AnyOp> = new Set<AnyOp>([
  addOp,
  mulOp,
  maximumOp,
  minimumOp,
  equalOp,
  notEqualOp,
  logicalAndOp,
  logicalOrOp,
  logicalXorOp,
]);
