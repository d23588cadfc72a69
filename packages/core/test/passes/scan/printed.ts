/** How tests show what a pass over scans did. */
import { printGraph, topologicalOrder, type NdArray, type Node } from "@unfold/core";
import { drawValue, integers, reals } from "@unfold/testkit";
import { scanBodyOf, type ScanBody } from "../../../src/graph/scan-body.js";
import { bodyOrder } from "../../../src/graph/walk.js";
import type { Pass } from "../../../src/passes/pass.js";
import { byNumber } from "../same-bits.js";
import { expectPass } from "./near-values.js";

/** Values of all inputs the nodes depend on; indices are below 3. */
export function valuesFor(results: readonly Node[]): Readonly<Record<string, NdArray>> {
  const inputs = topologicalOrder(results).filter(({ op }) => op.name === "input");
  return Object.fromEntries(
    inputs.map(({ label, dtype, shape }) => [
      label!,
      drawValue(dtype === "i32" ? integers(shape, 0, 2) : reals(shape), 1, label!),
    ]),
  );
}

/** The text of the results of a pass that keeps their values. */
export function printed(pass: Pass, results: readonly Node[]): string {
  return printGraph(byNumber(expectPass(pass, results, valuesFor(results))));
}

/** The bodies of all scans in topological order. */
export function bodiesOf(results: readonly Node[]): ScanBody[] {
  return topologicalOrder(results).flatMap((node) => scanBodyOf(node) ?? []);
}

/** How many nodes of that name there are inside of a body. */
export function countInside(body: ScanBody, name: string): number {
  return bodyOrder(body).filter(({ op }) => op.name === name).length;
}
