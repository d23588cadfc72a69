/** Writes formulas in a style: where signs and parentheses go; the style says how each part looks. */
import { splitSign } from "./build-formula.js";
import { numberParts, type NumberParts } from "./number-parts.js";
import type { ElementName, Formula, Relation } from "./formula.js";

/** How the parts of formulas look. */
export interface FormulaStyle {
  readonly number: (parts: Omit<NumberParts, "isNegative">) => string;
  readonly name: (name: ElementName) => string;
  readonly derivative: (of: string, by: string) => string;
  /** The first term's sign is written only if it is a minus. */
  readonly sum: (terms: readonly { readonly isNegative: boolean; readonly text: string }[]) => string;
  readonly product: (factors: readonly string[]) => string;
  /** Whether a quotient is drawn with a bar, so that its parts need no parentheses. */
  readonly hasFractionBar: boolean;
  readonly quotient: (numerator: string, denominator: string) => string;
  readonly power: (base: string, exponent: string) => string;
  readonly call: (name: string, operands: readonly string[]) => string;
  readonly relation: (relation: Relation, left: string, right: string) => string;
  readonly choice: (condition: string, chosen: string, otherwise: string) => string;
  /** Parentheses, or the brackets of what is 1 if it holds and 0 if not. */
  readonly group: (text: string, open: "(" | "[") => string;
}

/** What of named numbers is written, and with how many decimals. */
export interface WriteOptions {
  readonly shows: "names" | "values";
  readonly decimals: number;
}

/** How tightly a formula holds together: what is looser than its place asks for gets parentheses. */
const BINDING = { sum: 1, product: 2, power: 3, atom: 4 } as const;

interface Written {
  readonly text: string;
  readonly binding: number;
}

/** The formula as text of a style. */
export function writeFormula(formula: Formula, style: FormulaStyle, options: WriteOptions): string {
  return write(formula, true).text;

  /** @param isLeading - whether nothing stands before it, so that a minus is not mistaken for a difference */
  function write(part: Formula, isLeading: boolean): Written {
    const { isNegative, size } = splitSign(asShown(part));
    if (!isNegative) return writeSize(size, isLeading);
    const text = style.sum([{ isNegative, text: tight(size, BINDING.product) }]);
    return { text, binding: isLeading && size.kind === "number" ? BINDING.product : BINDING.sum };
  }

  /** Named numbers become numbers where values are shown. */
  function asShown(part: Formula): Formula {
    const isNamed = part.kind === "symbol" || part.kind === "derivative";
    return isNamed && options.shows === "values" ? { kind: "number", value: part.value } : part;
  }

  function tight(part: Formula, binding: number, isLeading = false): string {
    const written = write(part, isLeading);
    return written.binding < binding ? style.group(write(part, true).text, "(") : written.text;
  }

  /** What stands by itself, between commas or a bar. */
  function alone(part: Formula): string {
    return write(part, true).text;
  }

  /** What holds or not, without brackets around it or around what it is made of. */
  function condition(part: Formula): string {
    if (part.kind !== "relation") return alone(part);
    return style.relation(part.relation, condition(part.left), condition(part.right));
  }

  function writeSize(part: Formula, isLeading: boolean): Written {
    switch (part.kind) {
      case "number": {
        const parts = numberParts(part.value, options.decimals);
        return { text: style.number(parts), binding: parts.exponent === undefined ? BINDING.atom : BINDING.product };
      }
      case "symbol":
        // Which of several is written where an exponent would be.
        return { text: style.name(part.name), binding: part.name.copy === undefined ? BINDING.atom : BINDING.power };
      case "derivative": {
        const text = style.derivative(style.name(part.of), style.name(part.by));
        return { text, binding: style.hasFractionBar ? BINDING.atom : BINDING.power };
      }
      case "sum": {
        const terms = part.terms.map((term, i) => {
          const { isNegative, size } = splitSign(term);
          return { isNegative, text: tight(size, BINDING.product, isLeading && i === 0 && !isNegative) };
        });
        return { text: style.sum(terms), binding: BINDING.sum };
      }
      case "product": {
        const texts = part.factors.map((factor, i) => tight(factor, BINDING.product, isLeading && i === 0));
        return { text: style.product(texts), binding: BINDING.product };
      }
      case "quotient": {
        const { numerator, denominator } = part;
        const text = style.hasFractionBar
          ? style.quotient(alone(numerator), alone(denominator))
          : style.quotient(tight(numerator, BINDING.product, isLeading), tight(denominator, BINDING.power));
        return { text, binding: BINDING.product };
      }
      case "power":
        return { text: style.power(tight(part.base, BINDING.atom), alone(part.exponent)), binding: BINDING.power };
      case "call":
        return { text: style.call(part.name, part.arguments.map(alone)), binding: BINDING.atom };
      case "relation":
        return { text: style.group(condition(part), "["), binding: BINDING.atom };
      case "choice":
        return {
          text: style.choice(condition(part.condition), alone(part.chosen), alone(part.otherwise)),
          binding: BINDING.atom,
        };
    }
  }
}
