/** PyTorch's CTC losses, as `record.py` wrote them down. */
import { readFileSync } from "node:fs";

/** One batch; losses of ∞ are written as text. */
interface Recorded {
  readonly name: string;
  readonly blank: number;
  readonly logits: readonly (readonly (readonly number[])[])[];
  readonly labels: readonly (readonly number[])[];
  readonly inputLengths: readonly number[];
  readonly labelLengths: readonly number[];
  readonly losses: readonly (number | "Infinity")[];
  readonly zeroInfinity: { readonly mean: number; readonly sum: number };
  readonly gradients: { readonly mean: readonly number[]; readonly sum: readonly number[] };
}

export const recorded = (
  JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as { readonly cases: readonly Recorded[] }
).cases;
