/** Formulas in their short form: no zeros added, no ones multiplied, numbers computed. */
import type { Formula } from "./formula.js";

/** The number itself. */
export function numberOf(value: number): Formula {
  return { kind: "number", value };
}

/** Σ terms. Equal terms become one, and so do numbers, where the first of them stands. */
export function sumOf(terms: readonly Formula[]): Formula {
  const summed: { coefficient: number; readonly rest: Formula }[] = [];
  for (const term of terms.flatMap((one) => (one.kind === "sum" ? one.terms : [one]))) {
    const { coefficient, rest } = splitCoefficient(term);
    const same = summed.find((other) => sameFormula(other.rest, rest));
    if (same === undefined) summed.push({ coefficient, rest });
    else same.coefficient += coefficient;
  }
  const all = summed
    .filter(({ coefficient, rest }) => coefficient !== 0 || !holdsFiniteOnly(rest))
    .map(({ coefficient, rest }) => productOf([numberOf(coefficient), rest]));
  return all.length === 0 ? numberOf(0) : all.length === 1 ? all[0]! : { kind: "sum", terms: all };
}

const ONE = numberOf(1);

function splitCoefficient(term: Formula): { readonly coefficient: number; readonly rest: Formula } {
  if (term.kind === "number") return { coefficient: term.value, rest: ONE };
  const [first, ...others] = term.kind === "product" ? term.factors : [];
  return first?.kind === "number"
    ? { coefficient: first.value, rest: productOf(others) }
    : { coefficient: 1, rest: term };
}

/** Whether two formulas are written alike; two elements have one name only if they are one object. */
function sameFormula(a: Formula, b: Formula): boolean {
  if (a === b) return true;
  if (a.kind === "number" && b.kind === "number") return Object.is(a.value, b.value);
  if (isAtom(a) || signOf(a) !== signOf(b)) return false;
  const [parts, others] = [partsOf(a), partsOf(b)];
  return parts.length === others.length && parts.every((part, i) => sameFormula(part, others[i]!));
}

/** What a formula does with its parts. */
function signOf(formula: Formula): string {
  const name = formula.kind === "call" ? formula.name : formula.kind === "relation" ? formula.relation : "";
  return `${formula.kind} ${name}`;
}

/** Π factors; quotients among them become one. */
export function productOf(factors: readonly Formula[]): Formula {
  const flat = factors.flatMap((factor) => (factor.kind === "product" ? factor.factors : [factor]));
  const quotients = flat.filter((factor) => factor.kind === "quotient");
  if (quotients.length > 0 && flat.length > 1) {
    const numerators = flat.map((factor) => (factor.kind === "quotient" ? factor.numerator : factor));
    return quotientOf(productOf(numerators), productOf(quotients.map(({ denominator }) => denominator)));
  }
  const coefficient = flat.reduce(
    (product, factor) => (factor.kind === "number" ? product * factor.value : product),
    1,
  );
  const named = flat.filter((factor) => factor.kind !== "number");
  if (named.length === 0 || (coefficient === 0 && named.every(holdsFiniteOnly))) return numberOf(coefficient);
  const all = coefficient === 1 ? named : [numberOf(coefficient), ...named];
  return all.length === 1 ? all[0]! : { kind: "product", factors: all };
}

/** numerator / denominator. */
export function quotientOf(numerator: Formula, denominator: Formula): Formula {
  if (numerator.kind === "quotient")
    return quotientOf(numerator.numerator, productOf([numerator.denominator, denominator]));
  if (denominator.kind === "quotient")
    return quotientOf(productOf([numerator, denominator.denominator]), denominator.numerator);
  if (denominator.kind === "number") {
    if (numerator.kind === "number") return numberOf(numerator.value / denominator.value);
    if (denominator.value === 1) return numerator;
  }
  const isZero = numerator.kind === "number" && numerator.value === 0 && holdsFiniteOnly(denominator);
  return isZero ? numerator : { kind: "quotient", numerator, denominator };
}

/** base ^ exponent. */
export function powerOf(base: Formula, exponent: Formula): Formula {
  if (exponent.kind === "number") {
    if (base.kind === "number") return numberOf(base.value ** exponent.value);
    if (exponent.value === 1) return base;
  }
  return { kind: "power", base, exponent };
}

/** -x. */
export function negative(x: Formula): Formula {
  return productOf([numberOf(-1), x]);
}

/** A product without its sign. */
export function splitSign(x: Formula): { readonly isNegative: boolean; readonly size: Formula } {
  if (x.kind === "number" && x.value < 0) return { isNegative: true, size: numberOf(-x.value) };
  if (x.kind === "quotient") {
    const { isNegative, size } = splitSign(x.numerator);
    return isNegative ? { isNegative, size: { ...x, numerator: size } } : { isNegative, size: x };
  }
  const first = x.kind === "product" ? x.factors[0]! : undefined;
  if (x.kind !== "product" || first?.kind !== "number" || first.value >= 0) return { isNegative: false, size: x };
  return { isNegative: true, size: productOf([numberOf(-first.value), ...x.factors.slice(1)]) };
}

/** How many numbers a formula holds. */
export function countAtoms(formula: Formula): number {
  return partsOf(formula).reduce((count, part) => count + countAtoms(part), isAtom(formula) ? 1 : 0);
}

/** Whether a formula has a function or a choice in it. */
export function holdsFunction(formula: Formula): boolean {
  return formula.kind === "call" || formula.kind === "choice" || partsOf(formula).some(holdsFunction);
}

/** Whether all numbers of a formula are finite: 0 times another one is not 0. */
function holdsFiniteOnly(formula: Formula): boolean {
  return isAtom(formula) ? Number.isFinite(formula.value) : partsOf(formula).every(holdsFiniteOnly);
}

/** A single number, named or not. */
export function isAtom(formula: Formula): formula is Extract<Formula, { readonly value: number }> {
  return formula.kind === "number" || formula.kind === "symbol" || formula.kind === "derivative";
}

/** What a formula is directly made of. */
function partsOf(formula: Formula): readonly Formula[] {
  switch (formula.kind) {
    case "number":
    case "symbol":
    case "derivative":
      return [];
    case "sum":
      return formula.terms;
    case "product":
      return formula.factors;
    case "quotient":
      return [formula.numerator, formula.denominator];
    case "power":
      return [formula.base, formula.exponent];
    case "call":
      return formula.arguments;
    case "relation":
      return [formula.left, formula.right];
    case "choice":
      return [formula.condition, formula.chosen, formula.otherwise];
  }
}
