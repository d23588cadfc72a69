/** An equation as LaTeX, one line for each sign of equality. */
import type { Equation } from "./explanation-blocks.js";
import { latexStyle } from "./latex-style.js";
import { writeFormula } from "./write-formula.js";
import { writeSides, type ExplanationOptions } from "./write-sides.js";

/** LaTeX to stand between `$$`. */
export function latexEquation(equation: Equation, options: ExplanationOptions): string {
  const [first = "", ...others] = writeSides(equation, latexStyle, options);
  const { about } = equation;
  const formula =
    about?.formula && writeFormula(about.formula, latexStyle, { shows: "names", decimals: options.decimals ?? 9 });
  const start =
    about === undefined ? "" : `\\text{${about.words}${formula === undefined ? "" : ` }${formula}\\text{`}: } `;
  const lines = others.map((side, i) => `${i === 0 ? `${start}${first} ` : ""}&= ${side}`);
  return lines.length === 0 ? `${start}${first}` : `\\begin{aligned} ${lines.join(" \\\\ ")} \\end{aligned}`;
}
