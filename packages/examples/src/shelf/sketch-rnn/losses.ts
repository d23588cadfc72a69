/** What Sketch-RNN's networks make smaller. */
import {
  add,
  broadcastTo,
  constant,
  crossEntropy,
  gaussianKlDivergence,
  gaussianMixtureLikelihood,
  lengthMask,
  mul,
  sampleGaussian,
  sum,
  type FloatNode,
  type IntNode,
  type SketchMixture,
} from "@unfold/rnn";
import { predict, strokesOf, type SketchDecoder, type SketchEncoder } from "./networks.js";

/** What is trained; without an encoder, the decoder by itself. */
export interface Networks {
  readonly name: string;
  readonly decoder: SketchDecoder;
  readonly encoder?: SketchEncoder;
}

/** Drawings as nodes; where one has ended its offsets are 0 and the pen is done. */
export interface Drawings {
  /** f32[N_max, B, 2] */
  readonly offsets: FloatNode;
  /** i32[N_max, B] */
  readonly pens: IntNode;
  /** N_s, i32[B] */
  readonly length: IntNode;
}

/** Of each drawing, in nats. */
export interface SketchLosses {
  /** L_R, f32[B]. */
  readonly reconstruction: FloatNode;
  /** L_KL, f32[B]: 0 without an encoder. */
  readonly divergence: FloatNode;
}

/**
 * How badly drawings are predicted, and how much their codes say.
 *
 * @param key - what codes are drawn with
 */
export function sketchLosses({ encoder, decoder }: Networks, drawings: Drawings, key: IntNode): SketchLosses {
  const strokes = strokesOf(drawings.offsets, drawings.pens);
  if (encoder === undefined) {
    const divergence = broadcastTo(constant(0), drawings.length.shape);
    return { reconstruction: reconstructionLoss(predict(decoder, strokes), drawings), divergence };
  }
  const { mean, logVariance } = encoder(strokes, drawings.length);
  const said = predict(decoder, strokes, sampleGaussian(mean, logVariance, key));
  const ofCode = gaussianKlDivergence(mean, logVariance, { reduction: "none" });
  return { reconstruction: reconstructionLoss(said, drawings), divergence: mul(ofCode, 1 / mean.shape[1]!) };
}

/** L_R = L_s + L_p: of the offsets up to the end of each drawing, of the pen all along. @shapes f32[B] */
function reconstructionLoss({ offset, pen }: SketchMixture, { offsets, pens, length }: Drawings): FloatNode {
  const steps = offsets.shape[0]!;
  const mask = lengthMask(length, steps);
  const ofOffsets = gaussianMixtureLikelihood(offset, offsets, { mask, reduction: "none" });
  const ofPen = crossEntropy(pen, pens, { reduction: "none" });
  return mul(sum(add(ofOffsets, ofPen), { axes: 0 }), 1 / steps);
}
