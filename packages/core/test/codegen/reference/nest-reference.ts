/** A loop nest, run iteration by iteration on arrays. */
import type { LaneExpression } from "../../../src/codegen/lane-expression.js";
import type { Access, LoopNest, Store } from "../../../src/codegen/loop-nest.js";
import { laneFunction, toInteger } from "./lane-reference.js";

/** An operand's elements by their distance from its pointer. */
export interface Elements {
  get(at: number): number | undefined;
}

/** What a store leaves: an element, and for sums of floats the sum of the terms' sizes. */
export interface Written {
  readonly value: number;
  /** Σ |x| of a sum whose order is free. */
  readonly magnitude: number | undefined;
}

/** An index out of range. */
export interface Refused {
  readonly index: number;
  readonly extent: number;
}

/** What the operands that are written hold afterwards, and what had to be refused; iterations with such indices do nothing. */
export interface NestResult {
  readonly written: readonly ReadonlyMap<number, Written>[];
  readonly refused: readonly Refused[];
}

/** Called after each iteration with the elements that it sets, those of reductions and sums apart. */
export type AfterIteration = (
  sets: readonly { readonly operand: number; readonly at: number; readonly value: number }[],
) => void;

/** Runs a nest; `isFused`: fma rounds once. */
export function runNest(
  nest: LoopNest,
  operands: readonly Elements[],
  isFused: boolean,
  afterIteration?: AfterIteration,
): NestResult {
  const written = nest.operands.map(() => new Map<number, Written>());
  const refused: Refused[] = [];
  startReductions(nest, written);
  const size = nest.shape.reduce((product, extent) => product * extent, 1);
  for (let position = 0; position < size; position++) {
    const index = indexOf(position, nest.shape);
    const known = new Map<LaneExpression, number>();
    const before = refused.length;
    const locate = (access: Access): number => {
      let at = access.constant + access.strides.reduce((sum, stride, axis) => sum + stride * index[axis]!, 0);
      for (const term of access.indirect) {
        const element = evaluate(term.index);
        if (!(element >= 0 && element < term.extent)) refused.push({ index: element, extent: term.extent });
        at += element * term.stride;
      }
      return at;
    };
    const evaluate = (expression: LaneExpression): number => {
      let value = known.get(expression);
      if (value === undefined) known.set(expression, (value = compute(expression)));
      return value;
    };
    const compute = (expression: LaneExpression): number => {
      switch (expression.kind) {
        case "constant":
          return expression.dtype === "f32" ? Math.fround(expression.value) : expression.value;
        case "index":
          return index[expression.axis]!;
        case "variable":
          throw new Error("a variable in a loop nest");
        case "load":
          return operands[expression.access.operand]!.get(locate(expression.access)) ?? 0;
        case "operation":
          return laneFunction(expression, isFused)(...(expression.inputs.map(evaluate) as [number, number, number]));
        case "host": {
          const result = expression.function(...expression.inputs.map(evaluate));
          if (expression.dtype === "f32") return Math.fround(result);
          return expression.dtype === "i32" ? toInteger(result) : result;
        }
      }
    };
    const values = nest.stores.map((store) => ({ store, value: evaluate(store.value), at: locate(store.access) }));
    if (refused.length > before) continue;
    for (const { store, value, at } of values) {
      const { operand } = store.access;
      const old = (): Written =>
        written[operand]!.get(at) ?? { value: operands[operand]!.get(at)!, magnitude: undefined };
      written[operand]!.set(at, combined(store, old, value));
    }
    afterIteration?.(
      values.flatMap(({ store: { access, mode }, value, at }) =>
        mode.kind === "set" ? [{ operand: access.operand, at, value }] : [],
      ),
    );
  }
  return { written, refused };
}

/** What a store leaves of an element and a value. */
function combined({ mode, value: { dtype } }: Store, before: () => Written, value: number): Written {
  const plain = (result: number): Written => ({ value: result, magnitude: undefined });
  if (mode.kind === "set") return plain(value);
  const old = before();
  if (mode.kind === "reduce" && mode.combine !== "add") return plain(Math[mode.combine](old.value, value));
  const sum = old.value + value;
  if (dtype !== "f32") return plain(sum | 0);
  return mode.kind === "accumulate"
    ? plain(Math.fround(sum))
    : { value: sum, magnitude: old.magnitude! + Math.abs(value) };
}

/** Every element that is reduced into starts from the identity, even if nothing is combined with it. */
function startReductions(nest: LoopNest, written: readonly Map<number, Written>[]): void {
  for (const { access, mode, value } of nest.stores) {
    if (mode.kind !== "reduce") continue;
    const kept = nest.shape.map((extent, axis) => (access.strides[axis] === 0 ? 1 : extent));
    const size = kept.reduce((product, extent) => product * extent, 1);
    const isSum = mode.combine === "add" && value.dtype === "f32";
    for (let position = 0; position < size; position++) {
      const index = indexOf(position, kept);
      const at = access.constant + access.strides.reduce((sum, stride, axis) => sum + stride * index[axis]!, 0);
      written[access.operand]!.set(at, { value: mode.identity, magnitude: isSum ? 0 : undefined });
    }
  }
}

/** The indices of an iteration, row-major. */
function indexOf(position: number, shape: readonly number[]): readonly number[] {
  const index = new Array<number>(shape.length).fill(0);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
