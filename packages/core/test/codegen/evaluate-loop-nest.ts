/** Loop nests as plain TypeScript: what compiled code must do, independent of how it is emitted. */
import { sizeOf } from "../../src/tensor/shape.js";
import type { Access, LoopNest, Store } from "../../src/codegen/loop-nest.js";
import { columnEvaluator, makeColumn, type Column, type Rounding } from "./evaluate-columns.js";

/** A position outside of a tensor that an index asked for. */
export class IndexOutOfRange extends Error {
  readonly index: number;
  readonly extent: number;
  constructor(index: number, extent: number) {
    super(`${index} is not in [0, ${extent})`);
    this.index = index;
    this.extent = extent;
  }
}

/** Runs the nest on its operands: all loads, then each store from the first index to the last. */
export function evaluateLoopNest(nest: LoopNest, operands: readonly Column[], rounding: Rounding = "unfused"): void {
  const { shape, stores } = nest;
  const count = sizeOf(shape);
  const indices = shape.map((_, axis) => indexColumn(shape, axis));
  const positionsOf = ({ constant, strides, indirect }: Access): Float64Array => {
    const positions = new Float64Array(count).fill(constant);
    strides.forEach((stride, axis) => {
      for (let i = 0; i < count; i++) positions[i]! += stride * indices[axis]![i]!;
    });
    for (const { index, stride, extent } of indirect) {
      for (const [i, element] of evaluate(index).entries()) {
        if (element < 0 || element >= extent) throw new IndexOutOfRange(element, extent);
        positions[i]! += element * stride;
      }
    }
    return positions;
  };
  const evaluate = columnEvaluator(count, rounding, (expression) => {
    if (expression.kind === "index") return indices[expression.axis]!;
    if (expression.kind !== "load") throw new Error(`a leaf of kind ${expression.kind}`);
    const source = operands[expression.access.operand]!;
    const column = makeColumn(expression.dtype, count);
    positionsOf(expression.access).forEach((position, i) => {
      column[i] = elementAt(source, position);
    });
    return column;
  });
  const values = stores.map(({ value }) => evaluate(value));
  stores.forEach((store, i) => {
    write(store, positionsOf(store.access), values[i]!, operands[store.access.operand]!);
  });
}

function write({ mode }: Store, positions: Float64Array, values: Column, target: Column): void {
  if (mode.kind === "reduce") for (const position of positions) target[position] = mode.identity;
  const combine = {
    add: (a: number, b: number) => a + b,
    min: Math.min,
    max: Math.max,
  }[mode.kind === "reduce" ? mode.combine : "add"];
  positions.forEach((position, i) => {
    const before = elementAt(target, position);
    target[position] = mode.kind === "set" ? values[i]! : combine(before, values[i]!);
  });
}

function elementAt(column: Column, position: number): number {
  const element = column[position];
  if (element === undefined) throw new Error(`position ${position} of ${column.length}`);
  return element;
}

function indexColumn(shape: readonly number[], axis: number): Int32Array {
  const stride = sizeOf(shape.slice(axis + 1));
  return Int32Array.from({ length: sizeOf(shape) }, (_, i) => Math.floor(i / stride) % shape[axis]!);
}
