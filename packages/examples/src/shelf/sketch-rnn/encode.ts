/** Codes of drawings, as a trained encoder has them. */
import { constant, padSequences, type Runtime } from "@unfold/rnn";
import { strokesOf, type SketchEncoder } from "./networks.js";
import type { Sketch } from "./sketch.js";

/** The mean of the codes that each drawing may have. */
export async function encode(
  runtime: Runtime,
  encoder: SketchEncoder,
  drawings: readonly Sketch[],
): Promise<number[][]> {
  const { values: offsets, lengths } = padSequences(drawings.map((drawing) => drawing.offsets));
  const { values: pens } = padSequences(
    drawings.map((drawing) => drawing.pens),
    { dtype: "i32" },
  );
  const { mean } = encoder(strokesOf(constant(offsets), constant(pens, "i32")), constant(lengths, "i32"));
  const { data, shape } = (await runtime.compile({ outputs: { mean } })).run({}).mean;
  return drawings.map((_, i) => [...data.subarray(i * shape[1]!, (i + 1) * shape[1]!)]);
}
