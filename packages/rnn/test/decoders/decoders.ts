/** An encoder and decoders of every kind over what it has read, for tests. */
import {
  additiveAttention,
  attendAfter,
  attendBefore,
  bidirectional,
  bridge,
  conditionedOn,
  constant,
  dense,
  gru,
  handOver,
  input,
  jordan,
  lstm,
  luongAttention,
  scaledDotProductAttention,
  stacked,
  tanh,
  type FloatNode,
  type HiddenCell,
  type NdArray,
  type Node,
} from "@unfold/rnn";
import { hiddenCellKinds, hiddenCells } from "../hidden-cells.js";
import { drawReals } from "../recurrences.js";

/** Features that a decoder reads, and writes. */
export const FEATURES = 2;

/** A decoder over what an encoder has read. */
export interface TestedDecoder {
  readonly cell: HiddenCell;
  readonly initial: Readonly<Record<string, Node>>;
  /** From what a step yields to what the next one reads. */
  readonly feed: (yielded: { readonly h: FloatNode }) => FloatNode;
  /** Of both, and of what turns h into what is read. */
  readonly parameters: readonly FloatNode[];
  /** What the encoder reads, and a value for it. */
  readonly source: FloatNode;
  readonly values: Readonly<{ source: NdArray }>;
}

type Made = Pick<TestedDecoder, "cell" | "initial"> & { readonly parameters?: readonly FloatNode[] };
type Encoded = Readonly<{
  both: ReturnType<ReturnType<typeof bidirectional>["scan"]>;
  stack: ReturnType<HiddenCell["scan"]>;
  lengths: Node<"i32">;
  seed: number;
}>;

/** Every cell that yields h, encoders that are stacked or read both ways, every attention, every way to start. */
const kinds = {
  "any, that starts from a bridge and attends before": ({ both, lengths, seed }: Encoded): Made => {
    const kind = hiddenCellKinds[seed % hiddenCellKinds.length]!;
    const cell: HiddenCell = hiddenCells[kind]({ name: "decoder", inputs: FEATURES + 4, units: 3, seed });
    // Not every cell remembers h.
    const { delays } = cell.fold(1);
    const query = Object.keys(delays).find((name) => name === "h") ?? Object.keys(delays)[0]!;
    const queries = delays[query]!.placeholder.shape[1]!;
    const attention = additiveAttention({ queries, states: 4, units: 2, seed });
    const start = bridge({ inputs: 4, cell, seed });
    return {
      cell: attendBefore(cell, attention.over(both.outputs.h, { lengths }), { query }),
      initial: start.apply(both.last.h),
      parameters: [...Object.values(attention.parameters), ...Object.values(start.parameters)],
    };
  },
  "LSTM, that starts from a bridge and attends after": ({ both, lengths, seed }: Encoded): Made => {
    const attention = luongAttention({ score: "general", queries: 3, states: 4, seed });
    const layer = dense({ name: "attended", inputs: 4 + 3, units: 2, seed });
    const cell = lstm({ name: "decoder", inputs: FEATURES + 2, units: 3, seed });
    const start = bridge({ inputs: 4, cell, seed });
    return {
      cell: attendAfter(cell, attention.over(both.outputs.h, { lengths }), { layer }),
      initial: start.apply(both.last.h),
      parameters: [...Object.values(attention.parameters), ...Object.values(start.parameters)],
    };
  },
  "GRU upon LSTM, handed the encoder's memory, attends by dot products": ({ stack, lengths, seed }: Encoded): Made => {
    const attention = scaledDotProductAttention({ size: 3 });
    const cell = stacked([
      lstm({ name: "lower", inputs: FEATURES + 3, units: 2, seed }),
      gru({ name: "upper", inputs: 2, units: 3, seed }),
    ]);
    return {
      cell: attendBefore(cell, attention.over(stack.outputs.h, { lengths }), { query: "upper/h" }),
      initial: handOver(stack.final, cell),
    };
  },
  "Jordan's, conditioned on the last state": ({ both, seed }: Encoded): Made => ({
    cell: conditionedOn(jordan({ name: "decoder", inputs: FEATURES + 4, units: 2, outputs: 1, seed }), both.last.h),
    initial: {},
  }),
};

/** Names of the decoders. */
export const decoderKinds = Object.keys(kinds) as (keyof typeof kinds)[];

/** A decoder over padded sequences, the first of which is of full length. */
export function drawDecoder(kind: keyof typeof kinds, long: number, batch: number, seed: number): TestedDecoder {
  const source = input("source", [long, batch, 2]);
  const sizes = Array.from({ length: batch }, (_, b) => (b === 0 ? long : 1 + ((seed + b) % long)));
  const lengths = constant(sizes, "i32");
  const both = bidirectional({
    forward: gru({ name: "forward", inputs: 2, units: 2, seed }),
    backward: lstm({ name: "backward", inputs: 2, units: 2, seed }),
  });
  const stack = stacked([
    lstm({ name: "first", inputs: 2, units: 2, seed }),
    gru({ name: "second", inputs: 2, units: 3, seed }),
  ]);
  const { parameters, ...made } = kinds[kind]({
    both: both.scan(source, {}, { lengths }),
    stack: stack.scan(source, {}, { lengths }),
    lengths,
    seed,
  });
  const head = dense({ name: "head", inputs: made.cell.hiddenShape[0]!, units: FEATURES, seed });
  const encoder = kind.startsWith("GRU") ? stack : both;
  const others = [encoder, made.cell, head].flatMap((part) => Object.values<FloatNode>(part.parameters));
  return {
    ...made,
    feed: ({ h }) => tanh(head.apply(h)),
    parameters: [...others, ...(parameters ?? [])],
    source,
    values: { source: drawReals([long, batch, 2], seed, "source") },
  };
}
