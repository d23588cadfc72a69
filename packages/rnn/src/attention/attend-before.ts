/** A decoder's cell that looks at the encoder's states before it takes a step. */
import { checkKeys, GraphError, type FloatNode } from "@unfold/core";
import type { RecurrentCell } from "../cells/recurrent-cell.js";
import { readBeside } from "../layers/read-beside.js";
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
 * @throws ShapeError CELL_INPUTS if the cell has no more inputs than M. GraphError ATTENTION_QUERY if the query is no delay of the cell.
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
  options: AttendBeforeOptions = {},
): RecurrentCell<AttendingOutputs> {
  checkKeys("attendBefore(cell, attender, options)", "options", options, { query: true });
  const { query = "h" } = options;
  const where = `attendBefore("${cell.name}", attender)`;
  return readBeside(where, cell, attender.size, ({ delays }) => {
    const asking = Object.hasOwn(delays, query) ? delays[query] : undefined;
    if (asking === undefined) {
      const fix = `Its delays: ${Object.keys(delays).join(", ") || "none"}`;
      const rule = "the query must be a delay of the cell";
      throw new GraphError({ code: "ATTENTION_QUERY", where, rule, got: `"${query}"`, fix });
    }
    const { context, weights } = attender.read(asking.placeholder as FloatNode);
    return { vector: context, outputs: { context, weights } };
  });
}
