/** What PyTorch's layers yielded, as `record.py` wrote it down. */
import { readFileSync } from "node:fs";

interface Recorded {
  readonly value: number[];
  readonly gradient: number[];
}

/** The parameters of a cell, by the names of ours. */
export type RecordedCell = Readonly<Record<string, Recorded>>;

/** One network over one batch: T = 4, B = 2, F = 3, H = 2. */
export interface RecordedLayers {
  readonly kind: "lstm" | "gru" | "rnn";
  readonly layers: 1 | 2;
  readonly bidirectional: boolean;
  readonly lengths: number[] | null;
  /** Of every cell, lowest layer first, forward before backward. */
  readonly cells: readonly RecordedCell[];
  readonly x: number[];
  readonly y: number[];
  /** Of the last step of every cell. */
  readonly h: number[];
  readonly dx: number[];
  readonly loss: number;
}

export const recordedLayers = JSON.parse(
  readFileSync(new URL("layers.json", import.meta.url), "utf8"),
) as readonly RecordedLayers[];
