/** The part of `@magenta/sketch` that is compared with. */

/** The state of its LSTM. */
export interface MagentaState {
  readonly c: ArrayLike<number>;
  readonly h: ArrayLike<number>;
}

/** What it says of the next move: numbers of 20 Gaussians, and 3 probabilities of the pen. */
export type MagentaDistribution = Readonly<
  Record<"pi" | "muX" | "muY" | "sigmaX" | "sigmaY" | "corr" | "pen", ArrayLike<number>>
>;

/** A decoder that reads one stroke at a time. */
export interface MagentaDecoder {
  zeroState(): MagentaState;
  /** @param stroke - (Δx, Δy) in the units of the drawing, and the pen */
  update(stroke: number[], state: MagentaState): MagentaState;
  /** @param softmaxTemperature - of π and of the pen; `temperature` is that of the deviations */
  getPDF(state: MagentaState, temperature: number, softmaxTemperature: number): MagentaDistribution;
}
