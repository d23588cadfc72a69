/** How a training run ended; `--json` prints it. */
export interface RunResult {
  readonly heldOutBitsPerCharacter: number;
  readonly unigramBitsPerCharacter: number;
  readonly bigramBitsPerCharacter: number;
  /** Of training, in this run. */
  readonly seconds: number;
  readonly charactersPerSecond: number;
  readonly backend: string;
  /** Path of the HTML report. */
  readonly report: string;
}
