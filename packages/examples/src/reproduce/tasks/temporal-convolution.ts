/** A temporal convolutional network: causal convolutions that look back twice as far in each block. */
import { add, convolution1d, dense, relu, type FloatNode } from "@unfold/rnn";

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
  const { inputs, units, outputs, window, blocks, seed } = options;
  const list = Array.from({ length: blocks }, (_, i) => {
    const common = { units, window, padding: "causal", dilation: 2 ** i, seed } as const;
    const first = convolution1d({ ...common, name: `block ${i}/first`, inputs: i === 0 ? inputs : units });
    const second = convolution1d({ ...common, name: `block ${i}/second`, inputs: units });
    const around = i === 0 && inputs !== units ? dense({ name: "around", inputs, units, seed }) : undefined;
    return (x: FloatNode): FloatNode =>
      relu(add(relu(second.apply(relu(first.apply(x)))), around === undefined ? x : around.apply(x)));
  });
  const readout = dense({ name: "readout", inputs: units, units: outputs, seed });
  return (x) => readout.apply(list.reduce((value, block) => block(value), x));
}
