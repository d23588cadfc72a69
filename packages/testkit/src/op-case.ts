/**
 * What a case file says about its operations: data only. One table test drives all of them: type rule, values, gradient
 * checks of order 1 and 2, forward against reverse mode, JSON round trip, error texts.
 */
import type { AnyOp, DType, Node } from "@unfold/core";

/** An input of a sample: drawn at random inside its range. */
export interface SampleInput {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Values lie in [min, max]. */
  readonly min: number;
  readonly max: number;
  /** Points of a kink or jump: no element is drawn within 0.05 of one. */
  readonly avoid: readonly number[];
  /** No two elements are closer than 0.05: for sort, max and everything else whose kinks are ties. */
  readonly distinct: boolean;
}

/** How a sample's real inputs are drawn. */
export type RealOptions = Partial<Pick<SampleInput, "min" | "max" | "avoid" | "distinct">>;

/** f32 elements; all in [-2, 2] unless said otherwise. */
export function reals(shape: readonly number[], options: RealOptions = {}): SampleInput {
  return { dtype: "f32", shape, min: -2, max: 2, avoid: [], distinct: false, ...options };
}

/** i32 elements in [min, max]. */
export function integers(shape: readonly number[], min: number, max: number): SampleInput {
  return { dtype: "i32", shape, min, max, avoid: [], distinct: false };
}

/** Truth values. */
export function booleans(shape: readonly number[]): SampleInput {
  return { dtype: "bool", shape, min: 0, max: 1, avoid: [], distinct: false };
}

/** What is known of a sample's derivative. */
export type SampleGradient =
  /** Equal to central differences in both modes, at orders 1 and 2. Default for f32 results. */
  | "checked"
  /** The path from every input ends inside: asking for the gradient is an error. Default for other results. */
  | "none"
  /** Not that of the value, on purpose: the operation has a test of its own. */
  | "by design";

/** One use of the operation on random inputs. */
export interface Sample {
  readonly title: string;
  readonly inputs: Readonly<Record<string, SampleInput>>;
  /** Nodes by the names of `inputs`; typed loosely because a case file knows what it asked for. */
  readonly build: (inputs: Readonly<Record<string, Node<never>>>) => Node;
  /** The printed type of the result, `f32[2, 3]`. */
  readonly type: string;
  readonly gradient?: SampleGradient;
}

/** A value known from elsewhere: special values (0, -0, ±∞, NaN, ties), closed forms, published numbers. */
export interface KnownValue {
  readonly title: string;
  readonly build: () => Node;
  /** Elements in row-major order; -0 and NaN are told apart. */
  readonly expected: readonly number[];
  /** Largest relative error at precision f64; 0 (default) means equal to the last bit. */
  readonly rtol?: number;
  /** Where the number stands, unless it follows from the definition. */
  readonly source?: string;
}

/** A use that must fail, when the node is built or, if it can only be known then, when it is evaluated. */
export interface ErrorCase {
  readonly title: string;
  readonly build: () => unknown;
  readonly code: string;
  /** The whole message. */
  readonly message: string;
}

/** Everything known about the operations of one file. */
export interface OpCase {
  /** Ops whose behaviour the samples show; composites have none of their own. */
  readonly ops: readonly AnyOp[];
  readonly samples: readonly Sample[];
  readonly values: readonly KnownValue[];
  readonly errors: readonly ErrorCase[];
}
