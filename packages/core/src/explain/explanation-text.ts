/** An explanation as plain text. */
import { explanationBlocks, type Block } from "./explanation-blocks.js";
import type { Explanation } from "./explanation.js";
import type { Formula } from "./formula.js";
import { textStyle } from "./text-style.js";
import { writeFormula } from "./write-formula.js";
import { writeSides, type ExplanationOptions } from "./write-sides.js";

/**
 * What `explain` found as text for a terminal: the values forward, then each derivative with its local derivatives,
 * products and sums.
 *
 * @param explanation - what `explain` returns
 * @param options - decimals of the numbers, 9 unless given
 * @throws ValueError EXPLAIN_DECIMALS if the decimals are not a whole number in [0, 17].
 * @example
 * const w = param("w", 3);
 * const explanation = explain(label("E", square(w)), { wrt: [w] });
 * explanationText(explanation).split("\n").at(-2).trim(); // → "∂E/∂w = 2 · w = 2 · 3 = 6"
 */
export function explanationText(explanation: Explanation, options: ExplanationOptions = {}): string {
  const write = (formula: Formula): string =>
    writeFormula(formula, textStyle, { shows: "names", decimals: options.decimals ?? 9 });
  const lines = explanationBlocks(explanation).flatMap((block) => writeBlock(block, write, options));
  return `${lines.join("\n").trim()}\n`;
}

function writeBlock(block: Block, write: (formula: Formula) => string, options: ExplanationOptions): string[] {
  switch (block.kind) {
    case "sentence":
      return ["", block.words];
    case "heading": {
      const text = [block.words, ...(block.formula === undefined ? [] : [write(block.formula)])].join(" ").trim();
      return block.level === 3 ? ["", text] : ["", text, (block.level === 1 ? "=" : "-").repeat(text.length)];
    }
    case "equation": {
      const about = block.about;
      const start =
        about === undefined ? "" : `${[about.words, ...(about.formula ? [write(about.formula)] : [])].join(" ")}: `;
      return [`  ${start}${writeSides(block, textStyle, options).join(" = ")}`];
    }
  }
}
