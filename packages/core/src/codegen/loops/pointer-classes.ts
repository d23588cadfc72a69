/** Accesses that move together share a pointer; constants between them become offsets of instructions. */
import { elementBytes } from "../plan/memory-plan.js";
import type { LaneExpression, LoadExpression } from "../lane-expression.js";
import type { Access } from "../loop-nest.js";
import { strideAlong } from "./loop-axes.js";
import { accessesOf } from "./nest-expressions.js";
import type { NestPlan } from "./plan-nest.js";

/** What an index read elsewhere adds to a pointer. */
export interface IndexTerm {
  readonly index: LoadExpression;
  /** Bytes per one of the index. */
  readonly bytes: number;
  readonly extent: number;
}

/** A pointer that moves with the loops. */
export interface PointerClass {
  readonly operand: number;
  readonly elementBytes: number;
  /** Bytes per iteration of each loop. */
  readonly strides: readonly number[];
  /** Bytes from the operand's pointer to where this one starts. */
  readonly start: number;
  /** Indices that are equal in all lanes: they move the pointer. */
  readonly uniform: readonly IndexTerm[];
  /** Indices that differ from lane to lane. */
  readonly varying: readonly IndexTerm[];
}

/** The pointer of every access. */
export function pointerClasses(plan: NestPlan): ReadonlyMap<Access, PointerClass> {
  const groups = new Map<string, Access[]>();
  const numbers = new Map<LaneExpression, number>(plan.expressions.map((expression, i) => [expression, i]));
  for (const access of accessesOf(plan.nest)) {
    const key = [
      access.operand,
      ...plan.loops.map((loop) => strideAlong(access, loop)),
      ...access.indirect.map(({ index, stride, extent }) => `${numbers.get(index)!}:${stride}:${extent}`),
    ].join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [access]);
    else group.push(access);
  }
  const classes = new Map<Access, PointerClass>();
  for (const group of groups.values()) {
    const shared = classOf(plan, group);
    for (const access of group) classes.set(access, shared);
  }
  return classes;
}

function classOf({ nest, loops, facts }: NestPlan, group: readonly Access[]): PointerClass {
  const [{ operand, indirect } = group[0]!] = group;
  const bytes = elementBytes(nest.operands[operand]!);
  const strides = loops.map((loop) => bytes * strideAlong(group[0]!, loop));
  const terms = indirect.map(({ index, stride, extent }) => ({ index, bytes: bytes * stride, extent }));
  const lowest = group.reduce((least, { constant }) => Math.min(least, constant), Infinity);
  // A pointer must never leave memory: one that runs backwards starts where its first element is.
  const isForward = strides.every((stride) => stride >= 0) && terms.every((term) => term.bytes >= 0);
  return {
    operand,
    elementBytes: bytes,
    strides,
    start: isForward && lowest >= 0 ? 0 : bytes * lowest,
    uniform: terms.filter(({ index }) => facts.get(index)!.isUniform),
    varying: terms.filter(({ index }) => !facts.get(index)!.isUniform),
  };
}
