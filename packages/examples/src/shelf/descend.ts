/** The same updates on the same numbers, again and again, at double precision: for examples one can follow by hand. */
import { createRuntime, type FloatNode, type Node, type TensorValue, type Update } from "@unfold/rnn";

/** What is made smaller, and how. */
export interface DescentProblem {
  readonly loss: FloatNode;
  readonly inputs: Readonly<Record<string, Node>>;
  /** What is fed, by the same names. */
  readonly fed: Readonly<Record<string, TensorValue>>;
  readonly updates: readonly Update[];
  /** Parameters and results to read at the end. */
  readonly read: readonly FloatNode[];
}

/** What came of it. */
export interface Descent {
  /** The loss before the first update and after each. */
  readonly losses: readonly number[];
  /** The values of what was to be read, after the last update. */
  readonly values: readonly (readonly number[])[];
}

/** @param times - how many updates */
export async function descend({ loss, inputs, fed, updates, read }: DescentProblem, times: number): Promise<Descent> {
  const runtime = await createRuntime({ precision: "f64" });
  const step = await runtime.compile({ inputs, outputs: { loss }, updates });
  const results: Readonly<Record<string, FloatNode>> = { loss, ...Object.fromEntries(read.entries()) };
  const look = await runtime.compile({ inputs, outputs: results });
  const losses: number[] = [];
  for (let i = 0; i < times; i++) losses.push(step.run(fed).loss.item());
  const found = look.run(fed);
  return { losses: [...losses, found["loss"]!.item()], values: read.map((_, i) => [...found[i]!.data]) };
}
