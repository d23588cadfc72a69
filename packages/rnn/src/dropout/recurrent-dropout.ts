/** Dropout inside a recurrence: of what its steps read, remember and yield. */
import { checkKeys, foldIn, mul, randomBernoulli, select, type FloatNode, type IntNode, type Node } from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import { memoriesOf } from "../folded/memories-of.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { withStepNumber } from "../folded/with-step-number.js";
import { placedRates, type DropoutRates, type PlacedRate } from "./rates.js";
import { replaceInProducts } from "./replace-in-products.js";

/** What is dropped, and how likely. */
export interface RecurrentDropoutOptions {
  /** `i32[2]`, what the masks are drawn with, such as `mode.key("encoder")` of a training mode. Without it nothing is dropped. */
  readonly key: IntNode | undefined;
  /** Of sequences, where steps read them. */
  readonly inputs?: DropoutRates;
  /** Of what delays read, where it is multiplied with weights; what a step keeps of it stays whole. */
  readonly delays?: DropoutRates;
  /** Of what steps yield; what they remember stays whole. */
  readonly outputs?: DropoutRates;
  /** Whether one mask, drawn for each sequence of the batch, holds for all steps. Default false: each step draws its own. */
  readonly variational?: boolean;
}

/**
 * The folded graph with dropout. Without a key it is the folded graph itself: expectations are the same.
 *
 * x_t ← x_t m / (1 - p), h_{t-1} ← h_{t-1} m' / (1 - p'), y_t ← y_t m'' / (1 - p''); each element of a mask 0 with
 * probability p, else 1
 *
 * variational: the masks are those of all steps. Not: a delay `step number` counts steps in the order in which they run, so that
 * each draws its own masks, the same ones unfolded, scanned, recomputed or run one by one.
 *
 * @throws ValueError SETTING_RANGE unless every rate is in [0, 1). GraphError DROPOUT_NAME if a rate is of something that there is not, or not of numbers.
 * @example
 * const echo = foldedGraph("echo", ({ sequence }) => ({ next: {}, outputs: { y: sequence("x", [4]) } }));
 * const dropping = recurrentDropout(echo, { key: randomKey(2), inputs: 0.5, variational: true });
 * const x = constant([[1, 1, 1, 1], [1, 1, 1, 1]]);
 * evaluate(unfold(dropping, 2, { x }).outputs.y).data; // → [2, 2, 2, 0, 2, 2, 2, 0]
 * @source Zaremba, Sutskever & Vinyals 2014, "Recurrent neural network regularization": inputs and outputs; variational: Gal & Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural networks", equation 7
 */
export function recurrentDropout<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  options: RecurrentDropoutOptions,
): FoldedGraph<O> {
  checkFolded("recurrentDropout(folded, options)", folded);
  checkKeys("recurrentDropout(folded, options)", "options", options, {
    key: true,
    inputs: true,
    delays: true,
    outputs: true,
    variational: true,
  });
  const where = `recurrentDropout("${folded.name}", options)`;
  const { key, variational = false } = options;
  const delays = Object.fromEntries(memoriesOf(folded).map(({ name, placeholder }) => [name, placeholder]));
  const rates = {
    input: placedRates(where, "input", options.inputs, floatNames(folded.sequences)),
    delay: placedRates(where, "delay", options.delays, Object.keys(delays)),
    output: placedRates(where, "output", options.outputs, floatNames(folded.outputs)),
  };
  if (key === undefined || Object.values(rates).flat().length === 0) return folded;
  const byNode = (nodes: Readonly<Record<string, Node>>, values: ReadonlyMap<string, Node>): Map<Node, Node> =>
    new Map([...values].map(([name, value]) => [nodes[name]!, value]));
  return withStepNumber(folded, (number) => {
    /** Masked values by those that they stand for. */
    const masked = (kind: keyof typeof rates, nodes: Readonly<Record<string, Node>>): Map<string, FloatNode> => {
      const own = foldIn(key, Object.keys(rates).indexOf(kind));
      const step = variational ? undefined : number;
      return new Map(
        rates[kind].map((placed) => [placed.name, drop(nodes[placed.name] as FloatNode, own, placed, step)]),
      );
    };
    const withDelays = replaceInProducts(folded, byNode(delays, masked("delay", delays)));
    const withInputs = rewriteStep(withDelays, byNode(folded.sequences, masked("input", folded.sequences)));
    const outputs = masked("output", withInputs.outputs);
    return rewriteStep(withInputs, new Map(), { output: (output, name) => outputs.get(name) ?? output });
  });
}

function floatNames(nodes: Readonly<Record<string, Node>>): string[] {
  return Object.keys(nodes).filter((name) => nodes[name]!.dtype === "f32");
}

/** The value with a mask of its place, and of its step if there is a number. */
function drop(value: FloatNode, key: IntNode, { rate, place }: PlacedRate, number: IntNode | undefined): FloatNode {
  const own = foldIn(key, place);
  const kept = randomBernoulli(number === undefined ? own : foldIn(own, number), 1 - rate, value.shape);
  return select(kept, mul(value, 1 / (1 - rate)), 0);
}
