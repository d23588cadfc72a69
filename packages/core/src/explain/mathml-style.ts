/** Formulas as MathML Core, which browsers show by themselves. */
import { escapeXml } from "../inspect/escape-xml.js";
import { nameParts } from "./name-parts.js";
import type { FormulaStyle } from "./write-formula.js";

const operator = (sign: string): string => `<mo>${escapeXml(sign)}</mo>`;
const row = (...parts: readonly string[]): string => `<mrow>${parts.join("")}</mrow>`;
const joined = (parts: readonly string[], sign: string): string => parts.join(operator(sign));

/** MathML without the `math` element around it. */
export const mathmlStyle: FormulaStyle = {
  number: ({ digits, exponent }) =>
    exponent === undefined
      ? `<mn>${digits}</mn>`
      : row(`<mn>${digits}</mn>`, operator("·"), `<msup><mn>10</mn>${signed(exponent)}</msup>`),
  name: (name) => {
    const { base, subscript, copy } = nameParts(name);
    const below = subscript === "" ? undefined : word(subscript);
    const raised = copy === undefined ? undefined : row(operator("("), `<mn>${copy}</mn>`, operator(")"));
    if (below !== undefined && raised !== undefined) return `<msubsup>${word(base)}${below}${raised}</msubsup>`;
    if (raised !== undefined) return `<msup>${word(base)}${raised}</msup>`;
    return below === undefined ? word(base) : `<msub>${word(base)}${below}</msub>`;
  },
  derivative: (of, by) => `<mfrac>${row("<mi>∂</mi>", of)}${row("<mi>∂</mi>", by)}</mfrac>`,
  sum: (terms) =>
    row(...terms.flatMap(({ isNegative, text }, i) => [isNegative ? operator("−") : i > 0 ? operator("+") : "", text])),
  product: (factors) => row(joined(factors, "·")),
  hasFractionBar: true,
  quotient: (numerator, denominator) => `<mfrac>${row(numerator)}${row(denominator)}</mfrac>`,
  power: (base, exponent) => `<msup>${row(base)}${row(exponent)}</msup>`,
  call: (name, operands) => row(`<mi>${escapeXml(name)}</mi>`, "<mo>&#x2061;</mo>", group(joined(operands, ","), "(")),
  relation: (sign, left, right) => row(left, operator(sign), right),
  choice: (condition, chosen, otherwise) =>
    row(
      operator("{"),
      "<mtable>",
      `<mtr><mtd>${chosen}</mtd><mtd>${row("<mtext>if&#xa0;</mtext>", condition)}</mtd></mtr>`,
      `<mtr><mtd>${otherwise}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>`,
      "</mtable>",
    ),
  group,
};

function group(text: string, open: "(" | "["): string {
  return row(operator(open), text, operator(open === "(" ? ")" : "]"));
}

function signed(exponent: number): string {
  return exponent < 0 ? row(operator("−"), `<mn>${-exponent}</mn>`) : `<mn>${exponent}</mn>`;
}

/** One letter is set in italics, a word upright, by MathML's own rule. */
function word(text: string): string {
  return /^[\d,]+$/.test(text) ? `<mn>${text}</mn>` : `<mi>${escapeXml(text)}</mi>`;
}
