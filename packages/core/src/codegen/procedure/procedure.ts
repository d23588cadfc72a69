/** Kernels that go step by step, one element at a time: what is sorted, or depends on the element before. */
import type { DType } from "../../tensor/dtype.js";
import type { LaneExpression } from "../lane-expression.js";

/** Steps over pointers and variables. */
export interface Procedure {
  readonly kind: "procedure";
  /** Element types behind the pointers. */
  readonly operands: readonly DType[];
  /** Types of the variables, by number; f64 holds a sum of f32, which is rounded where it is used. */
  readonly variables: readonly (DType | "f64")[];
  readonly steps: readonly Step[];
}

/** One step. Positions are in elements from an operand's pointer; variables go by their numbers. */
export type Step =
  | { readonly kind: "set"; readonly variable: number; readonly value: LaneExpression }
  | { readonly kind: "add"; readonly variable: number; readonly value: LaneExpression }
  | { readonly kind: "load"; readonly variable: number; readonly operand: number; readonly position: LaneExpression }
  | {
      readonly kind: "store";
      readonly operand: number;
      readonly position: LaneExpression;
      readonly value: LaneExpression;
    }
  | { readonly kind: "repeat"; readonly variable: number; readonly count: number; readonly steps: readonly Step[] }
  | { readonly kind: "while"; readonly condition: LaneExpression; readonly steps: readonly Step[] }
  | {
      readonly kind: "if";
      readonly condition: LaneExpression;
      readonly steps: readonly Step[];
      readonly otherwise: readonly Step[];
    };
