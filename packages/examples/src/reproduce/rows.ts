/** All published results, in the order of the table. */
import type { Row } from "./row.js";
import { anotsorandomwalk } from "./rows/anotsorandomwalk.js";
import { elmanXor } from "./rows/elman-xor.js";
import { mazur, mazurErrors } from "./rows/mazur.js";
import { micrograd } from "./rows/micrograd.js";

/** The rows. */
export const rows: readonly Row[] = [mazur, mazurErrors, anotsorandomwalk, micrograd, elmanXor];
