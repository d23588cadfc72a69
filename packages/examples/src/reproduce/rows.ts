/** All published results, in the order of the table. */
import type { Row } from "./row.js";
import { elmanXor } from "./rows/elman-xor.js";
import { micrograd } from "./rows/micrograd.js";

/** The rows. */
export const rows: readonly Row[] = [micrograd, elmanXor];
