/** The cost of text that was not trained on, read once from beginning to end with the hidden state carried along. */
import { crossEntropy, input, NdArray, state, type Runtime } from "@unfold/rnn";
import type { Network } from "./network.js";
import { BITS } from "./trainer.js";

/** Characters per unfolding. */
const WINDOW = 50;

/** Few that are long: a stream begins without knowing what came before. */
const STREAMS = 16;

/** Measures pieces of text. */
export interface Evaluator {
  /** Mean bits per character of a text; every character but the first is predicted. */
  bitsPerCharacter(text: Int32Array): number;
}

/**
 * An evaluator that reads a text as parallel streams of equal length, each a contiguous part that starts from a zero
 * hidden state; within a stream, the state is carried from window to window.
 *
 * @param streams - B; more are faster, fewer lose less at their beginnings; default 16
 */
export async function createEvaluator(
  runtime: Runtime,
  network: Network,
  streams: number = STREAMS,
): Promise<Evaluator> {
  const characters = input("characters", [WINDOW, streams], "i32");
  const next = input("next", [WINDOW, streams], "i32");
  const hidden = state("evaluate/h", zeroState(streams, network.units));
  const { logits, final } = network.over(characters, hidden);
  const costs = crossEntropy(logits, next, { reduction: "none" });
  const window = await runtime.compile({
    inputs: { characters, next },
    outputs: { costs },
    updates: [[hidden, final]],
  });
  return {
    bitsPerCharacter: (text) => {
      runtime.write(hidden, zeroState(streams, network.units));
      return meanCost(text, streams, (fed) => window.run(fed).costs.data);
    },
  };
}

type Fed = Readonly<{ characters: Int32Array; next: Int32Array }>;

/** Windows past the end of a stream are padded; padded positions do not count. */
function meanCost(text: Int32Array, streams: number, run: (fed: Fed) => ArrayLike<number>): number {
  const length = Math.ceil((text.length - 1) / streams);
  const fed = { characters: new Int32Array(WINDOW * streams), next: new Int32Array(WINDOW * streams) };
  let bits = 0;
  let counted = 0;
  for (let start = 0; start < length; start += WINDOW) {
    const positions = windowPositions(start, length, streams, text.length - 1);
    positions.forEach((position, slot) => {
      fed.characters[slot] = position < 0 ? 0 : (text[position] ?? 0);
      fed.next[slot] = position < 0 ? 0 : (text[position + 1] ?? 0);
    });
    const costs = run(fed);
    positions.forEach((position, slot) => {
      if (position < 0) return;
      bits += (costs[slot] ?? 0) * BITS;
      counted++;
    });
  }
  return bits / counted;
}

/** The text position of every slot of a window, time-major; -1 where there is none. */
function windowPositions(start: number, length: number, streams: number, end: number): Int32Array {
  return Int32Array.from({ length: WINDOW * streams }, (_, slot) => {
    const offset = start + Math.floor(slot / streams);
    const position = (slot % streams) * length + offset;
    return offset < length && position < end ? position : -1;
  });
}

function zeroState(batch: number, units: number): NdArray<"f32"> {
  return new NdArray({ dtype: "f32", shape: [1, batch, units] }, new Float32Array(batch * units));
}
