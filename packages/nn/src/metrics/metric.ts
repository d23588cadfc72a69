/** What a metric is: sums that a graph computes of each batch, and what follows from the sums over all batches. */
import {
  cast,
  constant,
  mul,
  notEqual,
  sizeOf,
  sum,
  type BoolNode,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";

/** A measure of many batches that does not depend on how examples are divided among them. */
export interface Metric<V = number> {
  /** Sums of one batch, by name; those of all batches are added. */
  readonly sums: Readonly<Record<string, FloatNode>>;
  /** The measure, from the sums of all batches in double precision. */
  readonly of: (totals: Readonly<Record<string, Float64Array>>) => V;
}

/** The value of a metric. */
export type MetricValue<M> = M extends Metric<infer V> ? V : never;

/**
 * The mean of values over all batches, such as of a loss that is not reduced.
 *
 * @param mask - 1 where a value counts, 0 at padding; all count unless given
 * @example
 * const mean = averageOf(input("losses", [2]));
 * measure(mean, [{ losses: [1, 2] }, { losses: [3, 6] }]); // → 3
 */
export function averageOf(values: FloatNode, mask?: FloatNode | BoolNode): Metric {
  return ratio(values, mask);
}

/** Σ values / how many count, f of that. */
export function ratio(
  values: FloatNode,
  mask: FloatNode | BoolNode | undefined,
  f: (mean: number) => number = (x) => x,
): Metric {
  const weight = mask === undefined ? undefined : asWeight(mask);
  return {
    sums:
      weight === undefined
        ? { total: sum(values), count: constant(sizeOf(values.shape)) }
        : { total: sum(mul(values, weight)), count: sum(weight) },
    of: ({ total, count }) => f(total![0]! / count![0]!),
  };
}

/** Where a mask says that a value counts; undefined if all do. */
export function counts(mask: FloatNode | BoolNode | undefined): BoolNode | undefined {
  return mask === undefined || isTruth(mask) ? mask : notEqual(mask, 0);
}

function asWeight(mask: FloatNode | BoolNode): FloatNode {
  return isTruth(mask) ? cast(mask, "f32") : mask;
}

function isTruth(mask: FloatNode | BoolNode): mask is BoolNode {
  return mask.dtype === "bool";
}

/** Adds the sums of one batch to those of all batches before it. */
export function addSums(totals: Map<string, Float64Array>, sums: Readonly<Record<string, NdArray>>): void {
  for (const [name, { data }] of Object.entries(sums)) {
    const total = totals.get(name);
    if (total === undefined) totals.set(name, Float64Array.from(data));
    else for (let i = 0; i < total.length; i++) total[i]! += data[i]!;
  }
}

/** The nodes of several metrics under names of their own, `metric/sum`. */
export function sumsOf(metrics: Readonly<Record<string, Metric<unknown>>>): Record<string, Node> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([metric, { sums }]) =>
      Object.entries(sums).map(([name, node]) => [`${metric}/${name}`, node] as const),
    ),
  );
}

/** The values of several metrics, from the totals of what `sumsOf` names. */
export function valuesOf<M extends Readonly<Record<string, Metric<unknown>>>>(
  metrics: M,
  totals: ReadonlyMap<string, Float64Array>,
): { readonly [K in keyof M]: MetricValue<M[K]> } {
  const values = Object.entries(metrics).map(([metric, { sums, of }]) => [
    metric,
    of(Object.fromEntries(Object.keys(sums).map((name) => [name, totals.get(`${metric}/${name}`)!]))),
  ]);
  return Object.fromEntries(values) as { readonly [K in keyof M]: MetricValue<M[K]> };
}
