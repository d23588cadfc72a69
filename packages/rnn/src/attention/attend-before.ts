/** A decoder's cell that looks at the encoder's states before it takes a step. */
import { concat, GraphError, placeholder, ShapeError, type FloatNode, type Node } from "@unfold/core";
import { recurrentCell, type RecurrentCell } from "../cells/recurrent-cell.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import type { HiddenCell } from "../layers/stacked.js";
import type { Attender } from "./state-attention.js";

/** What a cell with attention yields: all that the cell yields, what it read of the states, and how much of each. */
export type AttendingOutputs = Readonly<Record<string, FloatNode>> &
  Readonly<Record<"h" | "context" | "weights", FloatNode>>;

/** How a cell asks. */
export interface AttendBeforeOptions {
  /** The delay that is the query. Default "h"; of a stack, the one of its uppermost cell: `upper/h`. */
  readonly query?: string;
}

/**
 * The cell with attention: the query is what it remembers, and it reads the context beside its input.
 *
 * c_t = attend(h_{t-1}); h_t = cell([x_t | c_t], h_{t-1})
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], context: f32[T, B, M], weights: f32[T, B, T_states]; the cell has F + M inputs
 * @param attender - an attention over states of the same batch
 * @throws ShapeError ATTENTION_INPUTS if the cell has no more inputs than M. GraphError ATTENTION_QUERY if the query is no delay of the cell.
 * @example
 * const states = gru({ name: "encoder", inputs: 3, units: 4, seed: 1 }).scan(input("x", [7, 2, 3])).outputs.h;
 * const attender = additiveAttention({ queries: 5, states: 4, units: 6, seed: 2 }).over(states);
 * const decoder = attendBefore(gru({ name: "decoder", inputs: 2 + 4, units: 5, seed: 3 }), attender);
 * decoder.scan(input("y", [6, 2, 2])).outputs.weights.shape; // → [6, 2, 7]
 * @source Bahdanau, Cho & Bengio 2015, "Neural machine translation by jointly learning to align and translate", section 3.1
 */
export function attendBefore(
  cell: HiddenCell,
  attender: Attender,
  { query = "h" }: AttendBeforeOptions = {},
): RecurrentCell<AttendingOutputs> {
  const { name, units, parameters } = cell;
  const where = `attendBefore("${name}", attender)`;
  const inputs = cell.inputs - attender.size;
  checkInputs(where, cell, attender.size);
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial) => {
    const folded = cell.fold(batch, initial);
    const asking = Object.hasOwn(folded.delays, query) ? folded.delays[query] : undefined;
    if (asking === undefined) {
      const fix = `Its delays: ${Object.keys(folded.delays).join(", ") || "none"}`;
      const rule = "the query must be a delay of the cell";
      throw new GraphError({ code: "ATTENTION_QUERY", where, rule, got: `"${query}"`, fix });
    }
    const attended = attender.read(asking.placeholder as FloatNode);
    const x = placeholder("x", [batch, inputs]);
    const reading = new Map<Node, Node>([[folded.sequences["x"]!, concat([x, attended.context], 1)]]);
    const rewritten = rewriteStep(folded, reading);
    return { ...rewritten, sequences: { ...folded.sequences, x }, outputs: { ...rewritten.outputs, ...attended } };
  });
}

/** Throws unless the cell has inputs left beside what is added to them. */
export function checkInputs(where: string, { inputs }: HiddenCell, added: number): void {
  if (inputs > added) return;
  throw new ShapeError({
    code: "ATTENTION_INPUTS",
    where,
    rule: `the cell must have F + ${added} inputs, F ≥ 1 of its own`,
    got: String(inputs),
  });
}
