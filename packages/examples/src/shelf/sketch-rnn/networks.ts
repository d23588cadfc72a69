/** The networks of Sketch-RNN: a decoder that says how the pen goes on, and an encoder of whole drawings for it. */
import {
  bidirectional,
  bridge,
  broadcastTo,
  concat,
  conditionedOn,
  constant,
  dense,
  hyperLstm,
  lstm,
  oneHot,
  sketchMixture,
  slice,
  type Dense,
  type FloatNode,
  type HiddenCell,
  type IntNode,
  type Node,
  type SketchMixture,
} from "@unfold/rnn";

/** Sizes of the networks. */
export interface NetworkSizes {
  readonly seed: number;
  /** Of the encoder's LSTM, in each direction. */
  readonly encoderUnits: number;
  readonly decoderUnits: number;
  /** Whether the decoder is a HyperLSTM. */
  readonly isHyper: boolean;
  /** N_z, numbers in a code; 0 for a decoder without an encoder. */
  readonly latent: number;
}

/** Says how the pen goes on. */
export interface SketchDecoder {
  readonly cell: HiddenCell;
  readonly readout: Dense;
  /** The cell that draws what a code says, and the states it begins with. @shapes code: f32[B, N_z] */
  readonly given: (code: FloatNode | undefined) => {
    readonly cell: HiddenCell;
    readonly initial: Readonly<Record<string, Node>>;
  };
  /** What a state says of the next move. @shapes h: f32[...S, H] -> offset.logits: f32[...S, 20], pen: f32[...S, 3] */
  readonly say: (h: FloatNode) => SketchMixture;
}

/** Says of which codes a drawing may be. @shapes strokes: f32[T, B, 5], lengths: i32[B] -> f32[B, N_z] each */
export type SketchEncoder = (
  strokes: FloatNode,
  lengths: IntNode,
) => { readonly mean: FloatNode; readonly logVariance: FloatNode };

/** M, Gaussians in a mixture: 6 M + 3 numbers say how the pen goes on. */
export const COMPONENTS = 20;
/** (Δx, Δy, p_1, p_2, p_3). */
const STROKE = 5;
/** S_0, what is read before the first move: a pen that writes and has not moved. */
export const FIRST_STROKE: readonly number[] = [0, 0, 1, 0, 0];

/** The decoder. [h_0; c_0] = tanh(W z + b), and every step reads z beside the last stroke; without a code both are 0. */
export function sketchDecoder(
  name: string,
  { seed, decoderUnits: units, isHyper, latent }: Omit<NetworkSizes, "encoderUnits">,
): SketchDecoder {
  const cell = (isHyper ? hyperLstm : lstm)({ name, inputs: STROKE + latent, units, seed });
  const readout = dense({ name: `${name}/readout`, inputs: units, units: 6 * COMPONENTS + 3, seed });
  const start = latent === 0 ? undefined : bridge({ name: `${name}/start`, inputs: latent, cell, seed });
  return {
    cell,
    readout,
    given: (code) =>
      code === undefined || start === undefined
        ? { cell, initial: {} }
        : { cell: conditionedOn(cell, code), initial: start.apply(code) },
    say: (h) => sketchMixture(readout.apply(h), { components: COMPONENTS }),
  };
}

/** What a decoder says of every move, having read those before it. @shapes strokes: f32[T, B, 5] */
export function predict(decoder: SketchDecoder, strokes: FloatNode, code?: FloatNode): SketchMixture {
  const [steps, batch] = strokes.shape as [number, number];
  const { cell, initial } = decoder.given(code);
  const first = broadcastTo(constant(FIRST_STROKE), [1, batch, STROKE]);
  const read = slice(concat([first, strokes], 0), { axis: 0, stop: steps });
  return decoder.say(cell.scan(read, initial).outputs.h);
}

/** The encoder: the last states of an LSTM in each direction, and of them mean and variance of a code. */
export function sketchEncoder({ seed, encoderUnits: units, latent }: NetworkSizes): SketchEncoder {
  const direction = (name: string) => lstm({ name: `encoder/${name}`, inputs: STROKE, units, seed });
  const reader = bidirectional({ forward: direction("forward"), backward: direction("backward") });
  const head = (name: string) => dense({ name: `encoder/${name}`, inputs: 2 * units, units: latent, seed });
  const [mean, logVariance] = [head("mean"), head("logVariance")];
  return (strokes, lengths) => {
    const { h } = reader.scan(strokes, {}, { lengths }).last;
    return { mean: mean.apply(h), logVariance: logVariance.apply(h) };
  };
}

/** Strokes as networks read them. @shapes offset: f32[...S, 2], pen: i32[...S] -> f32[...S, 5] */
export function strokesOf(offset: FloatNode, pen: IntNode): FloatNode {
  return concat([offset, oneHot(pen, 3)], -1);
}
