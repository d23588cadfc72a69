/** Ops that cost no more than reading their result from memory would: a derivative computes them again. */
import type { AnyOp } from "../../graph/op.js";
import { absOp } from "../abs.js";
import { addOp } from "../add.js";
import { castOp } from "../cast.js";
import { clampOp } from "../clamp.js";
import { equalOp, greaterEqualOp, greaterOp, lessEqualOp, lessOp, notEqualOp } from "../comparisons.js";
import { logicalAndOp, logicalNotOp, logicalOrOp, logicalXorOp } from "../logical.js";
import { maximumOp } from "../maximum.js";
import { minimumOp } from "../minimum.js";
import { mulOp } from "../mul.js";
import { negOp } from "../neg.js";
import { reluOp } from "../relu.js";
import { selectOp } from "../select.js";
import { signOp } from "../sign.js";
import { squareOp } from "../square.js";
import { subOp } from "../sub.js";

/** Elementwise ops of a few instructions. Views are cheap too. */
export const cheapOps: ReadonlySet<AnyOp> = new Set<AnyOp>([
  absOp,
  addOp,
  castOp,
  clampOp,
  equalOp,
  greaterEqualOp,
  greaterOp,
  lessEqualOp,
  lessOp,
  logicalAndOp,
  logicalNotOp,
  logicalOrOp,
  logicalXorOp,
  maximumOp,
  minimumOp,
  mulOp,
  negOp,
  notEqualOp,
  reluOp,
  selectOp,
  signOp,
  squareOp,
  subOp,
]);
