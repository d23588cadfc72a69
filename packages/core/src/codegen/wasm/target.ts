/** What the engine can do that code is emitted for. */

/** A set of features. */
export interface Target {
  /** Vectors of four. Without them everything runs one element at a time. */
  readonly simd: boolean;
  /** Fused multiply-add of relaxed SIMD; needs simd. */
  readonly relaxed: boolean;
  /**
   * How many accumulators a loop may hold: "narrow" for engines that move all loads of a loop body before its arithmetic
   * (V8 up to 12.9, measured), "wide" for those that keep the order of the code, "paired" where neighboring vectors become one of
   * eight (V8's revectorization). Narrow if absent.
   */
  readonly tiles?: "narrow" | "wide" | "paired";
}
