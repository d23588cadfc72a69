/** What the engine can do that code is emitted for. */

/** A set of features. */
export interface Target {
  /** Vectors of four. Without them everything runs one element at a time. */
  readonly simd: boolean;
  /** Fused multiply-add of relaxed SIMD; needs simd. */
  readonly relaxed: boolean;
}
