/** Scans that compute the same: derivatives and passes treat them as one, however many nodes read their results. */
import type { Node } from "./node.js";
import { sameScanResult, scanBodyOf, type ScanResult, type ScanStep } from "./scan-body.js";

/** Scans of one step over the same inputs. */
export interface ScanGroup {
  /** The first of them in topological order: what all depend on comes before it. */
  readonly leader: Node;
  readonly step: ScanStep;
  /** All results of all members, each value once. */
  readonly results: readonly ScanResult[];
}

/** The group of every scan of the order. */
export function scanGroups(order: readonly Node[]): ReadonlyMap<Node, ScanGroup> {
  const groups = new Map<Node, ScanGroup & { readonly results: ScanResult[] }>();
  const byStep = new Map<ScanStep, (ScanGroup & { readonly results: ScanResult[] })[]>();
  for (const node of order) {
    const body = scanBodyOf(node);
    if (body === undefined) continue;
    const known = byStep.get(body.step) ?? [];
    byStep.set(body.step, known);
    let group = known.find(({ leader }) => leader.inputs.every((input, i) => input === node.inputs[i]));
    if (group === undefined) {
      group = { leader: node, step: body.step, results: [] };
      known.push(group);
    }
    groups.set(node, group);
    for (const result of body.results) {
      if (indexOfResult(group, result) < 0) group.results.push(result);
    }
  }
  return groups;
}

/** Where in the group the result is; -1 if it is none of its results. */
function indexOfResult({ results }: ScanGroup, result: ScanResult): number {
  return results.findIndex((other) => sameScanResult(other, result));
}

/** Where in the results of its scan's group a result node is. */
export function groupIndex(groups: ReadonlyMap<Node, ScanGroup>, node: Node): number {
  const scan = node.inputs[0]!;
  return indexOfResult(groups.get(scan)!, scanBodyOf(scan)!.results[node.attrs["index"] as number]!);
}
