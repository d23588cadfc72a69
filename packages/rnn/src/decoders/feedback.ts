/** What a decoder writes, for it to read at the next step: one more delay. */
import { cast, describe, formatType, GraphError, Node, placeholder, ShapeError, type IntNode } from "@unfold/core";
import { initialSteps } from "../folded/initial-steps.js";
import type { Delay, FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { withStepNumber } from "../folded/with-step-number.js";

/** How what a step yields becomes what the next one reads. */
export interface Feedback<O extends Readonly<Record<string, Node>>, F extends Node = Node> {
  /** The sequence that is read. Default "x". */
  readonly sequence?: string;
  /**
   * From what a step yields to the next element of the sequence: an output as it is, the likeliest token or one that is
   * drawn, the token's vector. Gradients pass as far as it has one; `stopGradient` ends them.
   *
   * @param step - its number in the order in which they run, for a key of its own: `foldIn(key, step)`
   */
  readonly feed: (yielded: O, step: IntNode) => F;
}

/** What a step reads, and the delays that this takes. */
interface Reading {
  readonly read: Node;
  readonly delays?: Readonly<Record<string, Delay>>;
}

/** Name of the delay, and among the outputs of what it will read. */
const FED = "fed";

/**
 * The folded graph with a delay that carries what a step makes for the next one.
 *
 * @param initial - what was fed back before step 0
 * @param reading - what is read, given what stands for the sequence's element and what was fed back
 */
export function feedBack<O extends Readonly<Record<string, Node>>, F extends Node>(
  where: string,
  folded: FoldedGraph<O>,
  { sequence = "x", feed }: Feedback<O, F>,
  initial: Node | number,
  reading: (element: Node, fed: Node, step: IntNode) => Reading,
): FoldedGraph<O & { readonly fed: F }> {
  const element = elementOf(where, folded, sequence);
  // Delays carry f32, which holds tokens exactly up to 2^24.
  const before = placeholder(FED, element.shape);
  const start = initial instanceof Node ? as(initial, "f32") : initial;
  const first = initialSteps(`${where}: initial`, start, 1, element.shape);
  return withStepNumber(folded, (step) => {
    const { read, delays } = reading(element, as(before, element.dtype), step);
    const rewritten = rewriteStep(folded, new Map([[element, read]]));
    const fed = feed(rewritten.outputs, step);
    checkFed(where, sequence, element, fed);
    const isMemory = fed.dtype === "f32";
    const delay = { name: FED, steps: 1, placeholder: before, initial: first, next: as(fed, "f32"), isMemory };
    return {
      ...rewritten,
      delays: { ...rewritten.delays, ...delays, [FED]: delay },
      outputs: { ...rewritten.outputs, fed },
    };
  });
}

/** What TypeScript asks too, for callers that it does not watch. */
function checkFed(where: string, sequence: string, element: Node, fed: Node | undefined): void {
  if (fed instanceof Node && formatType(fed.type) === formatType(element.type)) return;
  const rule = `feed must give ${formatType(element.type)}, as elements of sequence "${sequence}" are`;
  throw new ShapeError({ code: "FEED_TYPE", where, rule, got: fed instanceof Node ? describe(fed) : typeof fed });
}

function elementOf(where: string, { sequences, delays, outputs }: FoldedGraph, name: string): Node {
  if (Object.hasOwn(delays, FED) || Object.hasOwn(outputs, FED)) {
    const rule = `no delay and no output must be called "${FED}"`;
    throw new GraphError({ code: "STEP_NAME_TWICE", where, rule, got: "one that is", fix: "Feed back once" });
  }
  const element = Object.hasOwn(sequences, name) ? sequences[name] : undefined;
  if (element !== undefined) return element;
  throw new GraphError({
    code: "SEQUENCE_UNKNOWN",
    where,
    rule: "what is fed back must be read as a sequence of the folded graph",
    got: `"${name}"`,
    fix: `Its sequences: ${Object.keys(sequences).join(", ") || "none"}`,
  });
}

function as(node: Node, dtype: Node["dtype"]): Node {
  return node.dtype === dtype ? node : cast(node, dtype);
}
