/** What PyTorch's optimizers and schedules did, as `record.py` wrote it down. */
import { readFileSync } from "node:fs";
import type { Descent, Trajectory } from "../training.js";

interface Traces extends Descent {
  readonly optimizers: Readonly<Record<string, Trajectory>>;
  /** By the decay. */
  readonly averages: Readonly<Record<string, Trajectory>>;
  /** The rate and the weights after each step, by the first rate. */
  readonly boldDriver: Readonly<Record<string, Trajectory>>;
  readonly lbfgs: Readonly<Record<string, Trajectory>>;
  readonly schedules: Readonly<Record<string, readonly number[]>>;
  readonly plateau: { readonly measures: number[]; readonly fall: number[]; readonly rise: number[] };
}

export const traces = JSON.parse(readFileSync(new URL("traces.json", import.meta.url), "utf8")) as Traces;
