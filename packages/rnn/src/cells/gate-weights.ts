/** Weights of several gates side by side, `[rows, gates · H]`: one product computes all gates. */
import { ndArray, type NdArray } from "@unfold/core";
import type { Initializer } from "@unfold/nn";

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
