/** What is timed of every workload: its graph made, unfolded and differentiated, and one training step run. */
import { createRuntime, gradient, unfold } from "@unfold/rnn";
import type { TrainingGraph } from "./training-graph.js";

/** One thing to time. */
export interface Case {
  readonly name: string;
  /** Does what is not timed; the function it returns does the work and returns a number that must be finite. */
  readonly prepare: () => Promise<() => number>;
}

/** The four cases of a workload. */
export function casesOf(build: () => TrainingGraph): Case[] {
  return [
    { name: "build", prepare: () => Promise.resolve(() => build().parameters.length) },
    { name: "unfold", prepare: () => Promise.resolve(unfolding(build())) },
    { name: "gradient", prepare: () => Promise.resolve(differentiation(build())) },
    { name: "training step", prepare: () => trainingStep(build()) },
  ];
}

function unfolding({ folded, steps, sequences }: TrainingGraph): () => number {
  return () => unfold(folded, steps, sequences).columns.length;
}

function differentiation({ loss, parameters }: TrainingGraph): () => number {
  return () => gradient(loss, parameters).length;
}

async function trainingStep({ loss, minimize, inputs, feed }: TrainingGraph): Promise<() => number> {
  const runtime = await createRuntime({ precision: "f32" });
  const step = await runtime.compile({ inputs, outputs: { loss }, updates: minimize() });
  const minibatch = feed();
  return () => step.run(minibatch).loss.item();
}
