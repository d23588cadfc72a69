/** The network: a convolutional LSTM sees what moves, and says of every point from where around it the next frame will take it. */
import {
  constant,
  conv2d,
  convLstm,
  convolution2d,
  dropout,
  mul,
  ndArray,
  reshape,
  softmax,
  sum,
  transpose,
  uniform,
  type FloatNode,
  type TrainingMode,
} from "@unfold/rnn";
import { COLUMNS, ROWS } from "./cat-frames.js";

/** Points of a patch, each way: the cell reads patches as channels. */
const PATCH = 2;
/** Of the square from which a point of the next frame is taken, in points. */
const REACH = 7;
/** Channels of the cell. */
const UNITS = 16;
/** The share of its inputs and of its outputs that the network does without while it trains. */
const DROPPED = 0.3;

const [HIGH, WIDE] = [ROWS / PATCH, COLUMNS / PATCH];

/** What `framePredictor` makes. */
export type FramePredictor = ReturnType<typeof framePredictor>;

/** A network with its own weights. */
export function framePredictor(seed: number) {
  const cell = convLstm({ inputs: PATCH ** 2, units: UNITS, size: [HIGH, WIDE], peepholes: false, seed });
  // Larger than usual: from scores that are all alike it takes long to find more than one blur for all points.
  const weight = uniform(-0.5, 0.5);
  const kernels = convolution2d({
    name: "kernels",
    inputs: UNITS,
    units: (PATCH * REACH) ** 2,
    window: 1,
    weight,
    seed,
  });
  const drop = dropout({ rate: DROPPED });
  /** What the cell reads of frames `[T, rows, columns]`: `[T, 1, rows / 2, columns / 2, 4]`. */
  const read = (frames: FloatNode, mode?: TrainingMode): FloatNode => {
    const patches = reshape(frames, [-1, HIGH, PATCH, WIDE, PATCH]);
    return drop.apply(reshape(transpose(patches, [0, 1, 3, 2, 4]), [-1, 1, HIGH, WIDE, PATCH ** 2]), mode);
  };
  /** The frames after `[T, rows, columns]`, from what the cell yields when it has read these. */
  const next = (frames: FloatNode, h: FloatNode, mode?: TrainingMode): FloatNode => {
    const scores = kernels.apply(drop.apply(reshape(h, [-1, HIGH, WIDE, UNITS]), mode));
    const perPoint = transpose(reshape(scores, [-1, HIGH, WIDE, PATCH, PATCH, REACH ** 2]), [0, 1, 3, 2, 4, 5]);
    const shares = softmax(reshape(perPoint, [-1, ROWS, COLUMNS, REACH ** 2]));
    return sum(mul(shares, around(frames)), { axes: -1 });
  };
  return { cell, read, next };
}

/** The square around every point: `[T, rows, columns, 49]`. */
function around(frames: FloatNode): FloatNode {
  const places = REACH ** 2;
  const identity = Array.from({ length: places ** 2 }, (_, i) => Number(i % (places + 1) === 0));
  const shifts = constant(ndArray(identity, { shape: [REACH, REACH, 1, places] }));
  return conv2d(reshape(frames, [-1, ROWS, COLUMNS, 1]), shifts, { padding: "same" });
}
