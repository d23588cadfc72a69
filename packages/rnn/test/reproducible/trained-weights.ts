/** A short training run with everything that draws random numbers or computes functions, and a checksum of what it ends with. */
import {
  adamW,
  convolution1d,
  cosineDecay,
  createRuntime,
  createTrainer,
  crossEntropy,
  Dataset,
  dense,
  dropout,
  embedding,
  fit,
  gelu,
  layerNorm,
  lstm,
  readLeaves,
  recurrentDropout,
  rewrittenCell,
  sequential,
  trainingMode,
  toTimeMajor,
  uniformStream,
  type BackendName,
  type IntNode,
  type NdArray,
} from "@unfold/rnn";

const [STEPS, EXAMPLES, TOKENS, UNITS, CLASSES] = [6, 30, 7, 9, 3];

/** Backends that round alike on every engine. Scalar code adds in another order than vectors do: each has bits of its own. */
export const PORTABLE = ["wasm-simd", "wasm-scalar"] as const;

/** The checksum of all weights and moments after the run. */
export async function checksumOfTraining(backend: BackendName, seed = 1): Promise<string> {
  const mode = trainingMode(seed);
  const words = embedding({ tokens: TOKENS, units: UNITS, seed: 1 });
  const smoothed = convolution1d({ inputs: UNITS, units: UNITS, window: 3, padding: "same", seed: 2 });
  const memory = rewrittenCell(lstm({ inputs: UNITS, units: UNITS, seed: 3 }), (folded) =>
    recurrentDropout(folded, { key: mode.key("memory"), inputs: 0.1, delays: 0.1 }),
  );
  const head = sequential([
    layerNorm({ units: UNITS }),
    dense({ name: "hidden", inputs: UNITS, units: UNITS, seed: 4 }),
    gelu,
    dropout({ rate: 0.2 }),
    dense({ name: "head", inputs: UNITS, units: CLASSES, seed: 5 }),
  ]);
  const trainer = createTrainer(await createRuntime({ backend }), {
    build: ({ text, label }: { text: IntNode; label: IntNode }) => {
      const read = toTimeMajor(smoothed.apply(words.apply(text)));
      const logits = head.apply(memory.scan(read).last.h, mode);
      return { loss: crossEntropy(logits, label, { labelSmoothing: 0.1 }), updates: mode.updates() };
    },
    optimizer: adamW({ learningRate: cosineDecay({ rate: 0.02, steps: 30 }) }),
    minimize: { clipGlobalNorm: 1 },
  });
  const data = Dataset.from(examples())
    .shuffle({ seed: 6, buffer: 12 })
    .batch(8, {
      dtypes: { text: "i32", label: "i32" },
    });
  await fit(trainer, { data, epochs: 5 });
  return checksum(readLeaves(trainer.runtime, trainer.leaves()));
}

/** Texts, and which of three tokens they have most of. */
function examples(): { readonly text: number[]; readonly label: number }[] {
  const uniform = uniformStream(7, "examples");
  return Array.from({ length: EXAMPLES }, (_, i) => {
    const text = Array.from({ length: STEPS }, (__, t) => Math.floor(TOKENS * uniform(i * STEPS + t)));
    const counts = Array.from({ length: CLASSES }, (__, token) => text.filter((own) => own === token).length);
    return { text, label: counts.indexOf(Math.max(...counts)) };
  });
}

/**
 * FNV-1a of all bytes, in the order of the leaves.
 *
 * @source Fowler, Noll & Vo 1991; constants of 32 bits
 */
function checksum(arrays: ReadonlyMap<string, NdArray>): string {
  let hash = 0x811c9dc5;
  for (const { data } of arrays.values())
    for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
