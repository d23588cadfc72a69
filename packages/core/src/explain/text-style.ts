/** Formulas as plain text in Unicode: `∂E/∂w5 = -(t - o) · h1`. */
import type { ElementName } from "./formula.js";
import { indexText } from "./name-parts.js";
import type { FormulaStyle } from "./write-formula.js";

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Plain text. */
export const textStyle: FormulaStyle = {
  number: ({ digits, exponent }) => (exponent === undefined ? digits : `${digits}·10^${exponent}`),
  name,
  derivative: (of, by) => `∂${of}/∂${by}`,
  sum: (terms) =>
    terms
      .map(({ isNegative, text }, i) =>
        i === 0 ? (isNegative ? `-${text}` : text) : `${isNegative ? "-" : "+"} ${text}`,
      )
      .join(" "),
  product: (factors) => factors.join(" · "),
  hasFractionBar: false,
  quotient: (numerator, denominator) => `${numerator} / ${denominator}`,
  power: (base, exponent) => `${base}^${/^[\w.]+$/.test(exponent) ? exponent : `(${exponent})`}`,
  call: (name, operands) => `${name}(${operands.join(", ")})`,
  relation: (sign, left, right) => `${left} ${sign} ${right}`,
  choice: (condition, chosen, otherwise) => `(${chosen} if ${condition}, else ${otherwise})`,
  group: (text, open) => (open === "(" ? `(${text})` : `[${text}]`),
};

function name(element: ElementName): string {
  const { label, copy } = element;
  const index = indexText(element);
  const below = index === "" ? "" : /_.*\D$/.test(label) ? index : `_${index}`;
  const raised = copy === undefined ? "" : `⁽${String(copy).replace(/\d/g, (digit) => RAISED[Number(digit)]!)}⁾`;
  return `${label}${raised}${below}`;
}
