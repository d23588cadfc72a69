/** Random loop nests. */
import {
  expressionBuilder,
  type ExpressionBuilder,
  type LaneExpression,
  type LoadExpression,
} from "../../../src/codegen/lane-expression.js";
import type { Access, LoopNest, Store } from "../../../src/codegen/loop-nest.js";
import type { DType } from "../../../src/tensor/dtype.js";
import type { Choose } from "./choose.js";
import { addOperations, chooseConstant, chooseValue, type Pool } from "./choose-expression.js";

/** What a nest does with its values. */
export type Kind = Store["mode"]["kind"];

/** Numbers below this are in the operands that indices are read from. */
const INDICES = 8;

/** A nest, and which of its operands hold indices. */
export interface NestSample {
  readonly nest: LoopNest;
  readonly indexOperands: ReadonlySet<number>;
}

const DTYPES: readonly DType[] = ["f32", "f32", "f32", "i32", "bool"];
const EXTENTS: readonly number[] = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 19, 33, 70];
const LARGEST = 600;

/** A nest of one kind. */
export function chooseNest(choose: Choose, kind: Kind): NestSample {
  const shape = chooseShape(choose);
  const builder = expressionBuilder();
  const operands: DType[] = [];
  const indexOperands = new Set<number>();
  const context: Context = {
    choose,
    shape,
    builder,
    operands,
    indexOperands,
    readOnce: new Set<number>(),
    targets: [],
  };
  const pool: Pool = { f32: [], i32: [], bool: [] };
  for (let count = choose.int(0, 4); count > 0; count--) {
    const dtype = choose.of(DTYPES);
    const operand = operands.push(dtype) - 1;
    const loads = choose.once(3) ? 2 : 1;
    if (loads === 1) context.readOnce.add(operand);
    for (let i = 0; i < loads; i++) pool[dtype].push(builder.load(chooseAccess(context, operand), dtype));
  }
  for (const axis of shape.keys()) if (choose.once(4)) pool.i32.push(builder.index(axis));
  addOperations(choose, builder, pool, choose.once(8) ? 60 : choose.int(0, 12));
  const reduced = shape.map(() => choose.once(2));
  const stores = Array.from({ length: choose.once(3) ? choose.int(2, 4) : 1 }, () =>
    chooseStore(context, pool, kind, reduced),
  );
  return { nest: { kind: "loop-nest", shape, operands, stores }, indexOperands };
}

interface Context {
  readonly choose: Choose;
  readonly shape: readonly number[];
  readonly builder: ExpressionBuilder;
  readonly operands: DType[];
  readonly indexOperands: Set<number>;
  /** Operands that are read through one access. */
  readonly readOnce: Set<number>;
  /** Operands that are added to. */
  readonly targets: number[];
}

function chooseShape(choose: Choose): number[] {
  const shape: number[] = [];
  let size = 1;
  for (let rank = choose.int(0, 4); rank > 0; rank--) {
    const extent = choose.once(40) ? 0 : choose.of(EXTENTS.filter((n) => n * size <= LARGEST));
    size *= Math.max(1, extent);
    shape.push(extent);
  }
  return shape;
}

/** Where to read: row-major, broadcast, transposed, backwards, or anywhere; sometimes at indices. */
function chooseAccess(context: Context, operand: number): Access {
  const { choose, shape } = context;
  const strides =
    choose.once(4) && shape.length > 0
      ? shape.map(() => choose.int(-3, 3))
      : distinctStrides(
          choose,
          shape,
          shape.map(() => choose.once(5)),
          choose.once(3),
        );
  const indirect = choose.once(6)
    ? [{ index: chooseIndex(context), stride: choose.of([1, 1, 5, -3]), extent: INDICES }]
    : [];
  if (indirect.length > 0 && choose.once(4))
    indirect.push({ index: chooseIndex(context), stride: 40, extent: INDICES });
  return { operand, constant: choose.int(0, 3), strides, indirect };
}

/** A number in [0, INDICES), read from an operand. */
function chooseIndex({ choose, shape, builder, operands, indexOperands }: Context): LoadExpression {
  const operand = operands.push("i32") - 1;
  indexOperands.add(operand);
  const strides = shape.map(() => choose.of([0, 0, 1, 2]));
  return builder.load({ operand, constant: choose.int(0, 2), strides, indirect: [] }, "i32");
}

/** Strides of a box in which every element is somewhere else, but for axes that are left out. */
function distinctStrides(
  choose: Choose,
  shape: readonly number[],
  isLeftOut: readonly boolean[],
  isShuffled: boolean,
): number[] {
  const order = [...shape.keys()];
  if (isShuffled) for (let i = order.length - 1; i > 0; i--) order.push(...order.splice(choose.int(0, i), 1));
  const strides = new Array<number>(shape.length).fill(0);
  let step = choose.once(6) ? 2 : 1;
  for (const axis of order.toReversed()) {
    if (isLeftOut[axis]!) continue;
    strides[axis] = choose.once(8) ? -step : step;
    step *= Math.max(1, shape[axis]!);
    if (choose.once(4)) step += choose.int(1, 5);
  }
  return strides;
}

function chooseStore(context: Context, pool: Pool, kind: Kind, reduced: readonly boolean[]): Store {
  const { choose, shape, builder, operands } = context;
  const dtype = choose.of(kind === "set" ? DTYPES : (["f32", "f32", "i32"] as const));
  const value = chooseValue(choose, builder, pool, dtype);
  if (kind === "accumulate") {
    const known = context.targets.find((target) => operands[target] === dtype && choose.once(2));
    const operand = known ?? operands.push(dtype) - 1;
    context.targets.push(operand);
    return { access: chooseAccess(context, operand), value, mode: { kind } };
  }
  if (kind === "reduce") {
    const access = distinctPlaces(context, dtype, reduced);
    return { access, value, mode: chooseReduction(choose, dtype) };
  }
  // An element may be read where it is written.
  const own = value.kind === "load" && choose.once(3) ? value.access : undefined;
  if (own !== undefined && context.readOnce.has(own.operand) && isInjective(own, shape))
    return { access: own, value: changed(builder, value), mode: { kind } };
  const access = distinctPlaces(
    context,
    dtype,
    shape.map(() => false),
  );
  return { access: choose.once(6) ? oneOfSeveral(context, access) : access, value, mode: { kind } };
}

/** A place for every iteration, but for axes that are left out, in an operand of its own. */
function distinctPlaces({ choose, shape, operands }: Context, dtype: DType, isLeftOut: readonly boolean[]): Access {
  const strides = distinctStrides(choose, shape, isLeftOut, choose.once(4));
  return { operand: operands.push(dtype) - 1, constant: choose.int(0, 3), strides, indirect: [] };
}

/** One of several places for every iteration, at an index: no two iterations meet whatever the indices are. */
function oneOfSeveral(context: Context, { operand, constant, strides }: Access): Access {
  const indirect = [{ index: chooseIndex(context), stride: 1, extent: INDICES }];
  return { operand, constant, strides: strides.map((stride) => INDICES * stride), indirect };
}

function chooseReduction(choose: Choose, dtype: DType): Store["mode"] {
  const combine = choose.of(["add", "min", "max"] as const);
  const limits = dtype === "f32" ? { min: Infinity, max: -Infinity } : { min: 2 ** 31 - 1, max: -(2 ** 31) };
  return { kind: "reduce", combine, identity: combine === "add" ? 0 : limits[combine] };
}

function changed(builder: ExpressionBuilder, value: LaneExpression): LaneExpression {
  if (value.dtype === "bool") return builder.not(value) as LaneExpression;
  return builder.add(value, builder.constant(1, value.dtype)) as LaneExpression;
}

/** Whether no two iterations meet: every stride passes what the smaller ones reach. */
function isInjective({ strides, indirect }: Access, shape: readonly number[]): boolean {
  let reach = 0;
  const axes = [...shape.keys()].filter((axis) => shape[axis]! > 1);
  axes.sort((a, b) => Math.abs(strides[a]!) - Math.abs(strides[b]!));
  return (
    indirect.length === 0 &&
    axes.every((axis) => {
      const passes = Math.abs(strides[axis]!) > reach;
      reach += (shape[axis]! - 1) * Math.abs(strides[axis]!);
      return passes;
    })
  );
}

/** Elements of an operand: numbers in range for indices. */
export function chooseElements(
  choose: Choose,
  dtype: DType,
  count: number,
  isIndices: boolean,
  isTame: boolean,
): number[] {
  return Array.from({ length: count }, () => {
    if (isIndices) return choose.int(0, INDICES - 1);
    return dtype === "f32" && isTame ? Math.fround(choose.float()) : chooseConstant(choose, dtype);
  });
}
