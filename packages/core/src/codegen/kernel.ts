/** The kernels of a loop program: what one function of compiled code does, given pointers. */
import type { LoopNest } from "./loop-nest.js";
import type { Procedure } from "./procedure/procedure.js";

/** Where a matrix lies behind a pointer: element (i, j) at i · row + j · column, in elements. */
export interface MatrixLayout {
  readonly row: number;
  readonly column: number;
}

/**
 * C = A B, or C = init + A B, for one pair of matrices. Operands: A, B, C, init if there is one, and room for
 * `scratchFloats(kernel, target)` floats if that is not 0. C's column stride is 1; init's row stride may be 0 (a bias)
 * and its column stride is 1, or both are 0. C and init may be the same matrix with the same layout; nothing else may
 * overlap C. Strides are not negative.
 */
export interface MatmulKernel {
  readonly kind: "matmul";
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: MatrixLayout;
  /** How B lies, or "packed" by a pack kernel of the same inner, columns and panels. */
  readonly b: MatrixLayout | "packed";
  /** How many panels packed B consists of, as `panelsOf` says; needed only if B is packed. */
  readonly panels?: number;
  /** Distance of C's rows. */
  readonly c: number;
  readonly init: MatrixLayout | undefined;
}

/**
 * Rearranges a matrix B into panels of columns, as matmul reads them fastest. Operands: B, the panels, which take
 * `packedFloats(inner, columns, target)` floats.
 */
export interface PackKernel {
  readonly kind: "pack";
  readonly inner: number;
  readonly columns: number;
  readonly b: MatrixLayout;
  /** How many panels to make, as `panelsOf` says for the products that read them. */
  readonly panels: number;
}

/** What is emitted as one function. All operands are pointers. */
export type Kernel = LoopNest | Procedure | MatmulKernel | PackKernel;
