/** A decoder's cell that looks at the encoder's states after it took a step. */
import { checkKeys, concat, GraphError, label, placeholder, tanh, type FloatNode, type Node } from "@unfold/core";
import type { Dense } from "@unfold/nn";
import { recurrentCell, type RecurrentCell } from "../cells/recurrent-cell.js";
import { initialSteps } from "../folded/initial-steps.js";
import type { Delay } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { prefixed } from "../layers/prefixed.js";
import { checkInputs } from "../layers/read-beside.js";
import type { HiddenCell } from "../layers/stacked.js";
import type { AttendingOutputs } from "./attend-before.js";
import type { Attender } from "./state-attention.js";

/** How a cell asks, and what it makes of the answer. */
export interface AttendAfterOptions {
  /** From context and query beside each other, M + H, to the attentional state, A: one layer for training and generation. Luong's has no bias. */
  readonly layer: Dense;
  /** Whether the cell reads the last attentional state beside its input, so that it knows what was attended to. Default true. */
  readonly inputFeeding?: boolean;
}

/**
 * The cell with attention: the query is what it yields, and context and query together are the attentional state `h`.
 *
 * s_t = cell([x_t | h_{t-1}], s_{t-1}); c_t = attend(s_t); h_t = tanh(layer([c_t | s_t]))
 *
 * h before step 0 is 0 unless given as `attended`. The cell's own s is yielded as `hidden`. The layer's parameters are added to
 * the cell's: `attended/weight`.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, A], hidden: f32[T, B, H], context: f32[T, B, M], weights: f32[T, B, T_states]; the cell has F + A inputs, without input feeding F
 * @param attender - an attention over states of the same batch
 * @throws ShapeError CELL_INPUTS if the cell has no more inputs than A; LAYER_INPUT, when drawn, if the layer does not take M + H. GraphError STEP_NAME_TWICE if the cell attends after its step already.
 * @example
 * const states = gru({ name: "encoder", inputs: 3, units: 4, seed: 1 }).scan(input("x", [7, 2, 3])).outputs.h;
 * const attender = luongAttention({ score: "dot", queries: 4, states: 4 }).over(states);
 * const cell = gru({ name: "decoder", inputs: 2 + 5, units: 4, seed: 2 });
 * const layer = dense({ name: "attended", inputs: 4 + 4, units: 5, seed: 3, bias: false });
 * const decoder = attendAfter(cell, attender, { layer });
 * decoder.scan(input("y", [6, 2, 2])).outputs.h.shape; // → [6, 2, 5]
 * @source Luong, Pham & Manning 2015, "Effective approaches to attention-based neural machine translation", equation 5 and section 3.3
 */
export function attendAfter(
  cell: HiddenCell,
  attender: Attender,
  options: AttendAfterOptions,
): RecurrentCell<AttendingOutputs & { readonly hidden: FloatNode }> {
  checkKeys("attendAfter(cell, attender, options)", "options", options, { layer: true, inputFeeding: true });
  const { layer, inputFeeding = true } = options;
  const where = `attendAfter("${cell.name}", attender, options)`;
  const units = layer.parameters.weight.shape[1]!;
  const fed = inputFeeding ? units : 0;
  checkInputs(where, cell, fed);
  const parameters = { ...cell.parameters, ...prefixed("attended", { ...layer.parameters }) };
  const inputs = cell.inputs - fed;
  return recurrentCell({ name: cell.name, inputs, units, parameters }, (batch, initial = {}) => {
    const { attended: first = 0, ...own } = initial;
    const folded = cell.fold(batch, inputFeeding ? own : initial);
    if (Object.hasOwn(folded.delays, "attended")) {
      const rule = 'no delay of the cell must be called "attended"';
      throw new GraphError({ code: "STEP_NAME_TWICE", where, rule, got: "one that is" });
    }
    const x = placeholder("x", [batch, inputs]);
    const before = placeholder("attended", [batch, units]);
    const read = inputFeeding ? concat([x, before], 1) : x;
    const rewritten = rewriteStep(folded, new Map<Node, Node>([[folded.sequences["x"]!, read]]));
    const hidden = rewritten.outputs.h;
    const answer = attender.read(hidden);
    const h = label("attended", tanh(layer.apply(concat([answer.context, hidden], 1))));
    const delay: Delay = {
      name: "attended",
      steps: 1,
      placeholder: before,
      initial: initialSteps(`${where}: delay "attended"`, first, 1, before.shape),
      next: h,
      isMemory: true,
    };
    return {
      ...rewritten,
      sequences: { ...folded.sequences, x },
      delays: { ...rewritten.delays, ...(inputFeeding && { attended: delay }) },
      outputs: { ...rewritten.outputs, ...answer, hidden, h },
    };
  });
}
