/** An explanation as plain data: what a loss is computed from, and how the chain rule puts its derivatives together. */
import type { DerivativeSymbol, ElementSymbol, Formula } from "./formula.js";

/** A number that the graph does not compute. */
export interface GivenValue {
  readonly symbol: ElementSymbol;
  readonly role: "input" | "param" | "state" | "constant";
}

/** A number that the graph computes. */
export interface ComputedValue {
  readonly symbol: ElementSymbol;
  /** In terms of other numbers of the explanation. */
  readonly definition: Formula;
}

/** ∂loss/∂c · ∂c/∂x: what one number c that is computed from x adds to ∂loss/∂x. */
export interface ChainContribution {
  /** ∂loss/∂c; 1 if c is the loss. */
  readonly outer: DerivativeSymbol;
  /** ∂c/∂x. */
  readonly local: DerivativeSymbol;
  /** ∂c/∂x in terms of other numbers, by the derivative rules of the operations in between. */
  readonly formula: Formula;
  /**
   * The local derivatives from the loss to x one after the other, back to the nearest number whose derivative is a sum,
   * at most six. Their product is the value.
   */
  readonly chain: readonly DerivativeSymbol[];
  readonly value: number;
}

/** ∂loss/∂x as a sum of contributions, one from each number that is computed from x. */
export interface ExplainedDerivative {
  readonly symbol: DerivativeSymbol;
  /** Whether x is an element of one of the variables asked for. */
  readonly isAsked: boolean;
  /** In the order of computation; none if the loss does not depend on x. Their sum is the derivative. */
  readonly contributions: readonly ChainContribution[];
}

/** What `explain` returns. */
export interface Explanation {
  readonly loss: ElementSymbol;
  readonly given: readonly GivenValue[];
  /** In the order of computation; the loss comes last. */
  readonly computed: readonly ComputedValue[];
  /** Of what is computed, from the loss backwards, then of the variables in the order in which they were asked for. */
  readonly derivatives: readonly ExplainedDerivative[];
}
