/** A temporal convolutional network: causal convolutions that look back twice as far in each block. */
import {
  add,
  convolution1d,
  dense,
  glorotUniform,
  relu,
  reshape,
  slice,
  type FloatNode,
  type Initializer,
} from "@unfold/rnn";

/** How large it is. */
export interface TemporalConvolution {
  readonly inputs: number;
  /** Channels of every layer. */
  readonly units: number;
  readonly outputs: number;
  /** Elements that a convolution sees. */
  readonly window: number;
  /** Blocks of two convolutions; block i looks back in steps of 2^i. */
  readonly blocks: number;
  /** How the convolutions start. Default that of `convolution1d`. */
  readonly weight?: Initializer;
  readonly seed: number;
}

/**
 * The network as a function of `[B, T, inputs]` to `[B, T, outputs]`.
 *
 * Block i: relu(f(x) + x), f(x) = relu(conv(relu(conv(x)))) with dilation 2^i; without weight normalization and dropout.
 *
 * @source Bai, Kolter & Koltun 2018, "An empirical evaluation of generic convolutional and recurrent networks for sequence modeling", section 3
 */
export function temporalConvolution(options: TemporalConvolution): (x: FloatNode) => FloatNode {
  const { blocks, readout } = layersOf(options, (i) => 2 ** i);
  return (x) => readout.apply(blocks.reduce((value, block) => block(value), x));
}

/**
 * The same network's last step, a function of `[B, T, inputs]` to `[B, outputs]`. It depends on every 2^i-th step of what
 * block i reads, counted from the last, and only these are computed.
 */
export function lastOfTemporalConvolution(options: TemporalConvolution): (x: FloatNode) => FloatNode {
  const { blocks, readout } = layersOf(options, () => 1);
  return (x) => {
    const value = blocks.reduce((read, block, i) => block(i === 0 ? read : everySecond(read)), x);
    const [batch, steps, units] = value.shape as [number, number, number];
    return readout.apply(reshape(slice(value, { axis: 1, start: steps - 1 }), [batch, units]));
  };
}

function everySecond(x: FloatNode): FloatNode {
  return slice(x, { axis: 1, start: (x.shape[1]! - 1) % 2, step: 2 });
}

function layersOf(options: TemporalConvolution, dilationOf: (block: number) => number) {
  const { inputs, units, outputs, window, weight = glorotUniform, seed } = options;
  const blocks = Array.from({ length: options.blocks }, (_, i) => {
    const common = { units, window, padding: "causal", dilation: dilationOf(i), weight, seed } as const;
    const first = convolution1d({ ...common, name: `block ${i}/first`, inputs: i === 0 ? inputs : units });
    const second = convolution1d({ ...common, name: `block ${i}/second`, inputs: units });
    const around = i === 0 && inputs !== units ? dense({ name: "around", inputs, units, seed }) : undefined;
    return (x: FloatNode): FloatNode =>
      relu(add(relu(second.apply(relu(first.apply(x)))), around === undefined ? x : around.apply(x)));
  });
  return { blocks, readout: dense({ name: "readout", inputs: units, units: outputs, seed }) };
}
