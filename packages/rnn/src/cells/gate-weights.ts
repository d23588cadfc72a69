/** Weights of several gates side by side, `[rows, gates · H]`: one product computes all gates. */
import { ndArray, type FloatNode, type NdArray } from "@unfold/core";
import { glorotUniform, initializedParam, orthogonal, type Initializer } from "@unfold/nn";

/** Every gate's `[rows, H]` as the initializer makes it alone, from random numbers of its own, side by side. */
export function eachGate(gates: number, initializer: Initializer): Initializer {
  return ([rows, width], random) => {
    const units = width! / gates;
    const blocks = Array.from({ length: gates }, (_, gate) => {
      const first = gate * rows! * units;
      return initializer([rows!, units], {
        uniform: (i) => random.uniform(first + i),
        normal: (i) => random.normal(first + i),
      });
    });
    return sideBySide(blocks, rows!, units);
  };
}

/** A bias `[gates · H]` with one number per gate. */
export function biasOfGates(values: readonly number[]): Initializer {
  return ([width]) => {
    const units = width! / values.length;
    return ndArray(values.flatMap((value) => new Array<number>(units).fill(value)));
  };
}

function sideBySide(blocks: readonly NdArray[], rows: number, units: number): NdArray<"f32"> {
  const width = blocks.length * units;
  const elements = Float64Array.from({ length: rows * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return blocks[Math.floor(column / units)]!.data[row * units + (column % units)]!;
  });
  return ndArray(elements, { shape: [rows, width] });
}

/** What a gated cell multiplies with and adds. */
export interface GateParameters {
  /** `[F, gates · H]` */
  readonly inputWeight: FloatNode;
  /** `[R, gates · H]`, R units that are fed back. */
  readonly recurrentWeight: FloatNode;
  /** `[gates · H]` */
  readonly bias: FloatNode;
}

/**
 * Parameters of gates side by side: each gate's input weight Glorot uniform, its recurrent weight orthogonal, its bias one
 * number.
 */
export function gateParameters(
  name: string,
  sizes: { readonly inputs: number; readonly recurrent: number; readonly units: number; readonly seed: number },
  biases: readonly number[],
): GateParameters {
  const { inputs, recurrent, units, seed } = sizes;
  const gates = biases.length;
  const width = gates * units;
  return {
    inputWeight: initializedParam(`${name}/inputWeight`, [inputs, width], eachGate(gates, glorotUniform), seed),
    recurrentWeight: initializedParam(
      `${name}/recurrentWeight`,
      [recurrent, width],
      eachGate(gates, orthogonal()),
      seed,
    ),
    bias: initializedParam(`${name}/bias`, [width], biasOfGates(biases), seed),
  };
}
