/** The sides of an equation in a style; a side that looks like the one before it is left out. */
import type { Equation } from "./explanation-blocks.js";
import { writeFormula, type FormulaStyle } from "./write-formula.js";

/** How explanations are written. */
export interface ExplanationOptions {
  /** Decimals of numbers, in [0, 17]; zeros at the end are left out. Default 9. */
  readonly decimals?: number;
}

/** The texts between the signs of equality. */
export function writeSides({ sides }: Equation, style: FormulaStyle, { decimals = 9 }: ExplanationOptions): string[] {
  const texts = sides.map(({ formula, shows }) => writeFormula(formula, style, { shows, decimals }));
  return texts.filter((text, i) => text !== texts[i - 1]);
}
