/** The network: the same convolutions look at every frame, and a GRU remembers what they saw. */
import { convolution2d, dense, gru, heUniform, relu, reshape, sequential, type FloatNode } from "@unfold/rnn";
import { DIRECTIONS, SIZE } from "./clips.js";

/** Channels of the convolutions, each of which halves the rows and the columns. */
const CHANNELS = [8, 16] as const;
/** Features of a frame, and units of the GRU. */
const FEATURES = 64;

/** What is said after every frame: logits `[T, B, classes]`. */
export type Answers = { readonly digit: FloatNode; readonly direction: FloatNode };

/** Answers to clips `[T, B, rows, columns, 1]`. */
export type VideoNetwork = (frames: FloatNode) => Answers;

/** A network with its own weights. */
export function videoNetwork(seed: number): VideoNetwork {
  const window = { stride: 2, padding: "same", weight: heUniform, seed } as const;
  const eye = sequential([
    convolution2d({ name: "first", inputs: 1, units: CHANNELS[0], window: 5, ...window }),
    relu,
    convolution2d({ name: "second", inputs: CHANNELS[0], units: CHANNELS[1], window: 3, ...window }),
    relu,
    (x) => reshape(x, [x.shape[0]!, -1]),
    dense({ name: "features", inputs: CHANNELS[1] * (SIZE / 4) ** 2, units: FEATURES, weight: heUniform, seed }),
    relu,
  ]);
  const memory = gru({ inputs: FEATURES, units: FEATURES, seed });
  const digit = dense({ name: "digit", inputs: FEATURES, units: 10, seed });
  const direction = dense({ name: "direction", inputs: FEATURES, units: DIRECTIONS.length, seed });
  return (frames) => {
    const [steps, batch, ...image] = frames.shape;
    // To the convolutions all frames are one batch: none knows of another.
    const seen = reshape(eye.apply(reshape(frames, [-1, ...image])), [steps!, batch!, FEATURES]);
    const { h } = memory.scan(seen).outputs;
    return { digit: digit.apply(h), direction: direction.apply(h) };
  };
}

/** The same network, shown every frame as if it were a clip by itself. */
export function frameByFrame(network: VideoNetwork): VideoNetwork {
  return (frames) => {
    const [steps, batch, ...image] = frames.shape;
    const { digit, direction } = network(reshape(frames, [1, -1, ...image]));
    const asClips = (logits: FloatNode): FloatNode => reshape(logits, [steps!, batch!, -1]);
    return { digit: asClips(digit), direction: asClips(direction) };
  };
}
