/** An explanation as Markdown with LaTeX. */
import { explanationBlocks, type Block } from "./explanation-blocks.js";
import type { Explanation } from "./explanation.js";
import { latexEquation } from "./latex-equation.js";
import { latexStyle } from "./latex-style.js";
import { writeFormula } from "./write-formula.js";
import type { ExplanationOptions } from "./write-sides.js";

/**
 * What `explain` found as Markdown, formulas as LaTeX between dollar signs, as GitHub, Jupyter and Pandoc read it.
 *
 * @param explanation - what `explain` returns
 * @param options - decimals of the numbers, 9 unless given
 * @throws ValueError EXPLAIN_DECIMALS if the decimals are not a whole number in [0, 17].
 * @example
 * const w = param("w", 3);
 * const explanation = explain(label("E", square(w)), { wrt: [w] });
 * explanationMarkdown(explanation).includes("&= 2 \\cdot w \\\\ &= 2 \\cdot 3 \\\\ &= 6"); // → true
 */
export function explanationMarkdown(explanation: Explanation, options: ExplanationOptions = {}): string {
  return `${explanationBlocks(explanation)
    .map((block) => writeBlock(block, options))
    .join("\n\n")}\n`;
}

function writeBlock(block: Block, options: ExplanationOptions): string {
  switch (block.kind) {
    case "sentence":
      // Names are any text.
      return block.words.replace(/[\\`*_<>[\]$&~|]/g, "\\$&");
    case "heading": {
      const { level, words, formula } = block;
      const latex = formula && writeFormula(formula, latexStyle, { shows: "names", decimals: options.decimals ?? 9 });
      return ["#".repeat(level), words, latex && `$${latex}$`].filter(Boolean).join(" ");
    }
    case "equation":
      return `$$\n${latexEquation(block, options)}\n$$`;
  }
}
