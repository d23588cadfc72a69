/** An explanation as HTML with MathML, which browsers show without any library; each formula carries its LaTeX. */
import { escapeXml } from "../inspect/escape-xml.js";
import { explanationBlocks, type Block, type Equation } from "./explanation-blocks.js";
import type { Explanation } from "./explanation.js";
import type { Formula } from "./formula.js";
import { latexEquation } from "./latex-equation.js";
import { mathmlStyle } from "./mathml-style.js";
import { writeFormula } from "./write-formula.js";
import { writeSides, type ExplanationOptions } from "./write-sides.js";

const STYLE = `
.explanation .equation { overflow-x: auto; margin: .7em 0; }
.explanation mtd { padding: .25em .2em; text-align: left; }
.explanation mtd:first-child { text-align: right; }
`;

/**
 * What `explain` found as a piece of HTML, to stand in the body of a page under its title: formulas are MathML, with their LaTeX as an
 * annotation that copies along.
 *
 * @param explanation - what `explain` returns
 * @param options - decimals of the numbers, 9 unless given
 * @throws ValueError EXPLAIN_DECIMALS if the decimals are not a whole number in [0, 17].
 * @example
 * const w = param("w", 3);
 * const explanation = explain(label("E", square(w)), { wrt: [w] });
 * explanationHtml(explanation).includes("<msup><mrow><mi>w</mi></mrow><mrow><mn>2</mn></mrow></msup>"); // → true
 */
export function explanationHtml(explanation: Explanation, options: ExplanationOptions = {}): string {
  const blocks = explanationBlocks(explanation).map((block) => writeBlock(block, options));
  return `<section class="explanation">\n<style>${STYLE}</style>\n${blocks.join("\n")}\n</section>\n`;
}

function writeBlock(block: Block, options: ExplanationOptions): string {
  switch (block.kind) {
    case "sentence":
      return `<p>${escapeXml(block.words)}</p>`;
    case "heading": {
      const formula =
        block.formula === undefined ? "" : `<math displaystyle="true">${writeName(block.formula, options)}</math>`;
      const tag = `h${block.level + 1}`;
      return `<${tag}>${[escapeXml(block.words), formula].filter((part) => part !== "").join(" ")}</${tag}>`;
    }
    case "equation":
      return writeEquation(block, options);
  }
}

/** A line for each sign of equality. */
function writeEquation(equation: Equation, options: ExplanationOptions): string {
  const [first = "", ...others] = writeSides(equation, mathmlStyle, options);
  const { about } = equation;
  const words = about === undefined ? "" : `<mtext>${escapeXml(about.words)}${about.formula ? "&#xa0;" : ""}</mtext>`;
  const start =
    about === undefined
      ? ""
      : `${words}${about.formula ? writeName(about.formula, options) : ""}<mtext>:&#xa0;</mtext>`;
  const rows = others.map((side, i) => {
    const left = i === 0 ? `<mrow>${start}${first}</mrow>` : "";
    return `<mtr><mtd>${left}</mtd><mtd><mo>=</mo></mtd><mtd>${side}</mtd></mtr>`;
  });
  const body =
    rows.length === 0 ? `<mrow>${start}${first}</mrow>` : `<mtable displaystyle="true">${rows.join("")}</mtable>`;
  const latex = `<annotation encoding="application/x-tex">${escapeXml(latexEquation(equation, options))}</annotation>`;
  return `<div class="equation"><math displaystyle="true"><semantics>${body}${latex}</semantics></math></div>`;
}

function writeName(formula: Formula, { decimals = 9 }: ExplanationOptions): string {
  return writeFormula(formula, mathmlStyle, { shows: "names", decimals });
}
