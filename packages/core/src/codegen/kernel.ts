/** The kernels of a loop program: what one function of compiled code does, given pointers. */
import type { LoopNest } from "./loop-nest.js";

/** Where a matrix lies behind a pointer: element (i, j) at i · row + j · column, in elements. */
export interface MatrixLayout {
  readonly row: number;
  readonly column: number;
}

/**
 * C = A B, or C = init + A B, for one pair of matrices. Operands: A, B, C, and init if there is one. C's column stride
 * is 1; init's row stride may be 0 (a bias) and its column stride is 1, or both are 0. C and init may be the same matrix.
 */
export interface MatmulKernel {
  readonly kind: "matmul";
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: MatrixLayout;
  /** How B lies, or "packed" by a pack kernel of the same inner and columns. */
  readonly b: MatrixLayout | "packed";
  /** Distance of C's rows. */
  readonly c: number;
  readonly init: MatrixLayout | undefined;
}

/** Rearranges a matrix B into panels of columns, as matmul reads them fastest. Operands: B, the panels. */
export interface PackKernel {
  readonly kind: "pack";
  readonly inner: number;
  readonly columns: number;
  readonly b: MatrixLayout;
}

/** What is emitted as one function. All operands are pointers. */
export type Kernel = LoopNest | MatmulKernel | PackKernel;
