/** Formulas as plain data: what explanations are made of, written later as text, LaTeX or MathML. */

/** The name of one number: an element of a node. */
export interface ElementName {
  /** The node's label, its last level if that is clear: `W` for `encoder/W`; v1, v2, … for a node without one. */
  readonly label: string;
  /** Which one in the order of computation, from 1, if several nodes have this label, as the steps of a recurrence do. */
  readonly copy?: number;
  /** The element's place, from 0; empty for a scalar. */
  readonly index: readonly number[];
  /** The shape the index counts in. */
  readonly shape: readonly number[];
}

/** A number with a name. */
export interface ElementSymbol {
  readonly kind: "symbol";
  readonly name: ElementName;
  readonly value: number;
}

/** ∂of/∂by, as one number with a name. */
export interface DerivativeSymbol {
  readonly kind: "derivative";
  readonly of: ElementName;
  readonly by: ElementName;
  readonly value: number;
}

/** The signs of comparisons and of logic. */
export type Relation = "=" | "≠" | "<" | "≤" | ">" | "≥" | "∧" | "∨" | "⊕";

/** A formula over numbers with names. */
export type Formula =
  | ElementSymbol
  | DerivativeSymbol
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "sum"; readonly terms: readonly Formula[] }
  /** A number among the factors comes first; -1 is written as a sign. */
  | { readonly kind: "product"; readonly factors: readonly Formula[] }
  | { readonly kind: "quotient"; readonly numerator: Formula; readonly denominator: Formula }
  | { readonly kind: "power"; readonly base: Formula; readonly exponent: Formula }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Formula[] }
  /** 1 if it holds, 0 if not. */
  | { readonly kind: "relation"; readonly relation: Relation; readonly left: Formula; readonly right: Formula }
  | {
      readonly kind: "choice";
      readonly condition: Formula;
      readonly chosen: Formula;
      readonly otherwise: Formula;
    };
