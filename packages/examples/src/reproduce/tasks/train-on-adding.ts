/** Trains a network on the adding problem and says how far off its answers are. */
import { adam, cosineDecay, createRuntime, input, meanSquaredError, type FloatNode } from "@unfold/rnn";
import { addingProblem, FEATURES } from "../../shelf/gradient-flow/adding-problem.js";

/** How long, and on what. */
export interface AddingOptions {
  readonly seed: number;
  /** T. */
  readonly steps: number;
  readonly batch: number;
  readonly updates: number;
  /** Of Adam at first; it falls to 0 along a cosine. */
  readonly learningRate: number;
  /** Sequences that only the end is measured with. */
  readonly tested: number;
}

/**
 * The distances of answers from the sums, one for each tested sequence.
 *
 * @param network - from `[T, B, 2]` to `[B, 1]`
 */
export async function trainOnAdding(
  network: (x: FloatNode) => FloatNode,
  { seed, steps, batch, updates, learningRate, tested }: AddingOptions,
): Promise<number[]> {
  const graphOf = (count: number) => {
    const [x, y] = [input("x", [steps, count, FEATURES]), input("y", [count, 1])];
    const answer = network(x);
    return { x, y, answer, loss: meanSquaredError(answer, y) };
  };
  const [some, all] = [graphOf(batch), graphOf(tested)];
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: { x: some.x, y: some.y },
    updates: adam({ learningRate: cosineDecay({ rate: learningRate, steps: updates }) }).minimize(some.loss, {
      clipGlobalNorm: 1,
    }),
  });
  const look = await runtime.compile({ inputs: { x: all.x }, outputs: { answer: all.answer } });
  const next = addingProblem(seed, "training", steps);
  for (let update = 0; update < updates; update++) step.run({ ...next(batch) });
  const { x, y } = addingProblem(seed, "test", steps)(tested);
  const answers = look.run({ x }).answer.data;
  return Array.from(y, (sum, i) => Math.abs(answers[i]! - sum));
}
