/** A decoder by itself as `@magenta/sketch` reads it, and back: weights as 16-bit numbers in JSON. */
import {
  exportWeights,
  importWeights,
  kerasDense,
  kerasLstm,
  ndArray,
  ValueError,
  type FloatNode,
  type NdArray,
  type WeightLayout,
} from "@unfold/rnn";
import { COMPONENTS, FIRST_STROKE, type SketchDecoder } from "./networks.js";

/**
 * What the file holds: a description, the shapes of the weights, and the weights as 16-bit integers, little-endian in base64.
 * A weight is 10 / 32767 times its integer.
 */
export type MagentaCheckpoint = readonly [
  description: {
    readonly name: string;
    /** 2: a decoder by itself. */
    readonly mode: 2;
    readonly version: 6;
    readonly max_seq_len: number;
    /** What the offsets that the network reads were divided by. */
    readonly scale_factor: number;
  },
  shapes: readonly (readonly number[])[],
  weights: readonly string[],
];

/** A checkpoint, and how many weights it cannot hold: they were beyond ±10 and are ±10 in it. */
export interface MagentaExport {
  readonly checkpoint: MagentaCheckpoint;
  readonly clipped: number;
}

/** Values by the paths of leaves. */
type Values = ReadonlyMap<string, NdArray>;

const [LARGEST_WEIGHT, LARGEST_INTEGER] = [10, 32767];
/** In the order of the file. */
const TENSORS = ["output_w", "output_b", "LSTMCell/W_xh", "LSTMCell/W_hh", "LSTMCell/bias"] as const;
const BIAS = TENSORS.indexOf("LSTMCell/bias");
const GATES = {
  ours: ["input", "forget", "candidate", "output"],
  theirs: ["input", "candidate", "forget", "output"],
};
const COLUMNS = columns();
/** What their cell adds to its forget gate besides its bias. Ours has it in the bias. */
const FORGET_BIAS = 1;

/**
 * The checkpoint of a decoder without codes whose cell is an LSTM.
 *
 * @param values - of the decoder's parameters, such as those of `readLeaves`
 * @throws ShapeError WEIGHT_LAYOUT if the cell is another one. ValueError MAGENTA_CODES if it reads codes. FormatError CHECKPOINT_MISMATCH if a parameter has no value.
 * @source D. Ha, "Sketch-RNN-JS: converting TensorFlow models", notebook Sketch_RNN_TF_To_JS_Tutorial of magenta-demos; `SketchRNN.instantiateFromJSON` of @magenta/sketch 0.2.0
 */
export function toMagenta(
  decoder: SketchDecoder,
  values: Values,
  about: { readonly name: string; readonly longest: number; readonly scale: number },
): MagentaExport {
  const tensors = exportWeights(layoutOf(decoder), values, { extra: "ignore" });
  const arrays = TENSORS.map((name) => tensors.get(name)!);
  const elements = arrays.map(({ data }, i) => withForgetBias(Float64Array.from(data), i, -FORGET_BIAS));
  const clipped = elements.reduce(
    (count, each) => count + each.filter((weight) => Math.abs(weight) > LARGEST_WEIGHT).length,
    0,
  );
  const { name, longest, scale } = about;
  return {
    checkpoint: [
      { name, mode: 2, version: 6, max_seq_len: longest, scale_factor: scale },
      arrays.map(({ shape }) => shape),
      elements.map((each) => textOf(each.map(toInteger))),
    ],
    clipped,
  };
}

/**
 * The values of a decoder's parameters from a checkpoint, for `writeLeaves`.
 *
 * @throws FormatError CHECKPOINT_MISMATCH if the decoder is of another size.
 */
export function fromMagenta(decoder: SketchDecoder, [, shapes, weights]: MagentaCheckpoint): Map<string, NdArray> {
  const tensors = TENSORS.map((name, i) => {
    const elements = Float64Array.from(
      integersOf(weights[i]!),
      (integer) => (integer * LARGEST_WEIGHT) / LARGEST_INTEGER,
    );
    const data = Float32Array.from(withForgetBias(elements, i, FORGET_BIAS));
    return [name, ndArray(data, { shape: shapes[i]! })] as const;
  });
  return importWeights(layoutOf(decoder), new Map(tensors));
}

/** The parameters of a decoder without codes. */
export function leavesOf({ cell, readout }: SketchDecoder): FloatNode[] {
  return [...Object.values(cell.parameters), ...Object.values(readout.parameters)];
}

/** Where the weights of a decoder are in a checkpoint. */
function layoutOf({ cell, readout }: SketchDecoder): WeightLayout {
  if (cell.inputs !== FIRST_STROKE.length)
    throw new ValueError({
      code: "MAGENTA_CODES",
      where: "@magenta/sketch",
      rule: "a decoder for it must read strokes only, 5 numbers",
      got: `${cell.inputs} in "${cell.name}"`,
      fix: "Train one without an encoder",
    });
  const ofReadout = Object.values(kerasDense(readout)).map(({ leaves }) => ({ leaves, gates: COLUMNS }));
  const ofCell = kerasLstm(cell).map(({ leaves }) => ({ leaves, gates: GATES }));
  return [...ofReadout, ...ofCell].map((mapping, i) => ({ ...mapping, tensors: [TENSORS[i]!] }));
}

/** The bias with another forget gate; all else as it is. */
function withForgetBias(elements: Float64Array, tensor: number, added: number): Float64Array {
  if (tensor !== BIAS) return elements;
  const units = elements.length / GATES.theirs.length;
  const forget = GATES.theirs.indexOf("forget");
  return elements.map((element, i) => (Math.floor(i / units) === forget ? element + added : element));
}

/** Columns of the output: the same names in both orders. */
function columns() {
  const each = (name: string) => Array.from({ length: COMPONENTS }, (_, m) => `${name} ${m}`);
  const both = (first: string, second: string) => each(first).flatMap((name, m) => [name, each(second)[m]!]);
  const pen = ["writes", "is lifted", "is done"];
  const theirs = ["π", "μ_x", "μ_y", "σ_x", "σ_y", "ρ"].flatMap(each);
  return {
    ours: [...each("π"), ...both("μ_x", "μ_y"), ...both("σ_x", "σ_y"), ...each("ρ"), ...pen],
    theirs: [...pen, ...theirs],
  };
}

function toInteger(weight: number): number {
  const share = Math.min(Math.max(weight / LARGEST_WEIGHT, -1), 1);
  return Math.round(share * LARGEST_INTEGER);
}

function textOf(integers: Float64Array): string {
  const bytes = Buffer.alloc(2 * integers.length);
  integers.forEach((integer, i) => bytes.writeInt16LE(integer, 2 * i));
  return bytes.toString("base64");
}

function integersOf(text: string): number[] {
  const bytes = Buffer.from(text, "base64");
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}
