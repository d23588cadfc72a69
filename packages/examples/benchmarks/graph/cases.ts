/** What is timed of a graph: made, unfolded and differentiated, and one training step run. */
import { gradient, unfold } from "@unfold/rnn";
import type { RecurrentModel } from "../models/model.js";
import type { OurBackend } from "../steps/backends.js";
import { prepare } from "../steps/unfold.js";
import type { WorkloadData } from "../workloads/data.js";

/** One thing to time. */
export interface Case {
  readonly name: string;
  /** Does what is not timed; the function it returns does the work and returns a number that must be finite. */
  readonly prepare: () => Promise<() => number>;
}

/** The four cases of a workload. */
export function casesOf(build: () => RecurrentModel, data: WorkloadData, backend: OurBackend): Case[] {
  return [
    { name: "build", prepare: () => Promise.resolve(() => build().parameters.length) },
    { name: "unfold", prepare: () => Promise.resolve(unfolding(build())) },
    { name: "gradient", prepare: () => Promise.resolve(differentiation(build())) },
    { name: "training step", prepare: async () => prepare(await backend.createRuntime(), build(), data) },
  ];
}

function unfolding({ folded, steps, sequences }: RecurrentModel): () => number {
  return () => unfold(folded, steps, sequences).columns.length;
}

function differentiation({ result, parameters }: RecurrentModel): () => number {
  return () => gradient(result, parameters).length;
}
