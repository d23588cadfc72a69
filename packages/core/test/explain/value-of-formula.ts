/** The value of a formula, computed from nothing but what a reader of it sees. */
import { constant, erf, evaluate, type Formula } from "@unfold/core";

const FUNCTIONS: Readonly<Record<string, (...operands: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  clamp: (x, min, max) => Math.min(Math.max(x, min), max),
  cos: Math.cos,
  erf: (x) => evaluate(erf(constant(x))).item(),
  exp: Math.exp,
  expm1: Math.expm1,
  floor: Math.floor,
  ln: Math.log,
  log1p: Math.log1p,
  max: Math.max,
  min: Math.min,
  relu: (x) => Math.max(x, 0),
  sign: Math.sign,
  sin: Math.sin,
  softplus: (x) => Math.log1p(Math.exp(x)),
  tanh: Math.tanh,
  σ: (x) => 1 / (1 + Math.exp(-x)),
};

const RELATIONS = {
  "=": (a: number, b: number) => a === b,
  "≠": (a: number, b: number) => a !== b,
  "<": (a: number, b: number) => a < b,
  "≤": (a: number, b: number) => a <= b,
  ">": (a: number, b: number) => a > b,
  "≥": (a: number, b: number) => a >= b,
  "∧": (a: number, b: number) => a !== 0 && b !== 0,
  "∨": (a: number, b: number) => a !== 0 || b !== 0,
  "⊕": (a: number, b: number) => (a !== 0) !== (b !== 0),
};

/** A function by the name it is printed with. */
export function callFunction(name: string, operands: readonly number[]): number {
  return FUNCTIONS[name]!(...operands);
}

export function valueOfFormula(formula: Formula): number {
  switch (formula.kind) {
    case "number":
    case "symbol":
    case "derivative":
      return formula.value;
    case "sum":
      return formula.terms.map(valueOfFormula).reduce((a, b) => a + b);
    case "product":
      return formula.factors.map(valueOfFormula).reduce((a, b) => a * b);
    case "quotient":
      return valueOfFormula(formula.numerator) / valueOfFormula(formula.denominator);
    case "power":
      return valueOfFormula(formula.base) ** valueOfFormula(formula.exponent);
    case "call":
      return callFunction(formula.name, formula.arguments.map(valueOfFormula));
    case "relation":
      return Number(RELATIONS[formula.relation](valueOfFormula(formula.left), valueOfFormula(formula.right)));
    case "choice":
      return valueOfFormula(valueOfFormula(formula.condition) === 0 ? formula.otherwise : formula.chosen);
  }
}
