/** Formulas as LaTeX. */
import { nameParts } from "./name-parts.js";
import type { FormulaStyle } from "./write-formula.js";

const GREEK: Readonly<Record<string, string>> = {
  α: "\\alpha",
  β: "\\beta",
  γ: "\\gamma",
  δ: "\\delta",
  ε: "\\varepsilon",
  ζ: "\\zeta",
  η: "\\eta",
  θ: "\\theta",
  ι: "\\iota",
  κ: "\\kappa",
  λ: "\\lambda",
  μ: "\\mu",
  ν: "\\nu",
  ξ: "\\xi",
  π: "\\pi",
  ρ: "\\rho",
  σ: "\\sigma",
  τ: "\\tau",
  υ: "\\upsilon",
  φ: "\\varphi",
  χ: "\\chi",
  ψ: "\\psi",
  ω: "\\omega",
  Γ: "\\Gamma",
  Δ: "\\Delta",
  Θ: "\\Theta",
  Λ: "\\Lambda",
  Ξ: "\\Xi",
  Π: "\\Pi",
  Σ: "\\Sigma",
  Υ: "\\Upsilon",
  Φ: "\\Phi",
  Ψ: "\\Psi",
  Ω: "\\Omega",
};
const FUNCTIONS = new Set(["cos", "exp", "ln", "max", "min", "sin", "tanh"]);
const RELATIONS = {
  "=": "=",
  "≠": "\\ne",
  "<": "<",
  "≤": "\\le",
  ">": ">",
  "≥": "\\ge",
  "∧": "\\land",
  "∨": "\\lor",
  "⊕": "\\oplus",
};

/** LaTeX for a mathematical environment, with commands of amsmath. */
export const latexStyle: FormulaStyle = {
  number: ({ digits, exponent }) => {
    const text = digits === "∞" ? "\\infty" : digits === "NaN" ? "\\mathrm{NaN}" : digits;
    return exponent === undefined ? text : `${text} \\cdot 10^{${exponent}}`;
  },
  name: (name) => {
    const { base, subscript, copy } = nameParts(name);
    const raised = copy === undefined ? "" : `^{(${copy})}`;
    return `${word(base)}${subscript === "" ? "" : `_{${word(subscript)}}`}${raised}`;
  },
  derivative: (of, by) => `\\frac{\\partial ${of}}{\\partial ${by}}`,
  sum: (terms) =>
    terms
      .map(({ isNegative, text }, i) =>
        i === 0 ? (isNegative ? `-${text}` : text) : `${isNegative ? "-" : "+"} ${text}`,
      )
      .join(" "),
  product: (factors) => factors.join(" \\cdot "),
  hasFractionBar: true,
  quotient: (numerator, denominator) => `\\frac{${numerator}}{${denominator}}`,
  power: (base, exponent) => `{${base}}^{${exponent}}`,
  call: (name, operands) => `${functionName(name)}\\left(${operands.join(", ")}\\right)`,
  relation: (sign, left, right) => `${left} ${RELATIONS[sign]} ${right}`,
  choice: (condition, chosen, otherwise) =>
    `\\begin{cases} ${chosen} & \\text{if } ${condition} \\\\ ${otherwise} & \\text{otherwise} \\end{cases}`,
  group: (text, open) => `\\left${open}${text}\\right${open === "(" ? ")" : "]"}`,
};

function functionName(name: string): string {
  if (name === "¬") return "\\lnot";
  return GREEK[name] ?? (FUNCTIONS.has(name) ? `\\${name}` : `\\operatorname{${escapeLatex(name)}}`);
}

/** A letter or number as it is, a word upright. */
function word(text: string): string {
  const isShort = /^(\p{L}|[\d,]+)$/u.test(text);
  return isShort ? (GREEK[text] ?? text) : `\\mathrm{${escapeLatex(text)}}`;
}

/** Characters that mean something, or look like something else, in a formula. */
const ESCAPES: Readonly<Record<string, string>> = {
  " ": "\\ ",
  "-": "\\text{-}",
  "\\": "\\backslash ",
  "^": "\\hat{\\ }",
  "~": "\\sim ",
  // In Markdown, what stands between them would be a tag.
  "<": "{<}",
  ">": "{>}",
};

function escapeLatex(text: string): string {
  return text.replace(/[ \\^~<>{}$&#%_-]/g, (character) => ESCAPES[character] ?? `\\${character}`);
}
