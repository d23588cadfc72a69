/** Scans that run the same steps done once, and nothing done inside a scan that nobody reads. */
import { apply } from "../graph/apply.js";
import { withSite } from "../graph/build-site.js";
import type { Node } from "../graph/node.js";
import { sameScanResult, scanBodyOf, type ScanBody, type ScanResult } from "../graph/scan-body.js";
import { groupIndex, scanGroups, type ScanGroup } from "../graph/scan-groups.js";
import { topologicalOrder } from "../graph/walk.js";
import { pruneStep } from "../ops/scan/prune-step.js";
import { broadcastTo } from "../ops/sum-broadcast.js";
import { eliminateCommon } from "./eliminate-common.js";
import { rebuild, type Pass } from "./pass.js";

/**
 * Makes one scan of scans with the same step and the same inputs, so that a loss and its gradient run the recurrence
 * once, and drops results that nobody reads, then the delays, sequences and invariants that no result needs. A stack
 * that is a sequence, or an invariant again and again, is read from there. Exact: the steps stay as they are.
 */
export const mergeScans: Pass = {
  name: "merge-scans",
  run: (results) => {
    for (let current = results; ;) {
      const merged = mergeOnce(current);
      if (merged.every((node, i) => node === current[i])) return current;
      // What reads two scans that have become one is equal now, and may be the input of scans that can be merged next.
      current = eliminateCommon.run(merged);
    }
  },
};

/** A group and what becomes of it. */
interface Merger {
  readonly group: ScanGroup;
  readonly body: ScanBody;
  /** Which inputs of the leader are left. */
  readonly keeps: readonly boolean[];
  /** By number of a result in the group, what is read of the new scan, made when the first reader is met. */
  readonly nodes: Map<number, Node>;
  scan: Node | undefined;
}

function mergeOnce(results: readonly Node[]): readonly Node[] {
  const order = topologicalOrder(results);
  const groups = scanGroups(order);
  if (groups.size === 0) return results;
  const mergers = planMergers(order, groups);
  const replaced = new Map<Node, Node>();
  const lookUp = (node: Node): Node => replaced.get(node) ?? node;
  for (const node of order) {
    const merger = mergers.get(groups.get(node.op.kind === "result" ? node.inputs[0]! : node)!);
    const next =
      merger === undefined
        ? rebuild(node, lookUp)
        : withSite(node.site, () => readMerged(node, merger, groups, lookUp));
    if (next !== node) replaced.set(node, next);
  }
  return results.map(lookUp);
}

/** A merger for every group of which something can be merged or dropped. */
function planMergers(order: readonly Node[], groups: ReadonlyMap<Node, ScanGroup>): ReadonlyMap<ScanGroup, Merger> {
  const read = new Map<ScanGroup, Set<number>>();
  for (const node of order) {
    if (node.op.kind !== "result") continue;
    const group = groups.get(node.inputs[0]!)!;
    const numbers = read.get(group) ?? new Set<number>();
    read.set(group, numbers.add(groupIndex(groups, node)));
  }
  const members = new Map<ScanGroup, number>();
  for (const group of groups.values()) members.set(group, (members.get(group) ?? 0) + 1);
  const mergers = new Map<ScanGroup, Merger>();
  for (const [group, numbers] of read) {
    const { step, leader } = group;
    const isOutside = (result: ScanResult): boolean =>
      result.kind === "stack" && (step.sequences.includes(result.node) || step.invariants.includes(result.node));
    const wanted = group.results.filter((result, i) => numbers.has(i) && !isOutside(result));
    const { body, keeps } = pruneStep({ step, results: wanted });
    const isDone =
      members.get(group) === 1 && keeps.every(Boolean) && wanted.length === scanBodyOf(leader)!.results.length;
    if (!isDone) mergers.set(group, { group, body, keeps, nodes: new Map(), scan: undefined });
  }
  return mergers;
}

/** What a scan, or the node that reads one of its results, becomes. */
function readMerged(
  node: Node,
  merger: Merger,
  groups: ReadonlyMap<Node, ScanGroup>,
  lookUp: (node: Node) => Node,
): Node {
  const { group, body, keeps, nodes } = merger;
  const { step, leader } = group;
  if (node.op.kind === "scan") {
    if (body.results.length === 0) return node;
    const inputs = leader.inputs.filter((_, i) => keeps[i]).map(lookUp);
    merger.scan ??= apply(leader.op, inputs, { body }, leader.label);
    return merger.scan;
  }
  const number = groupIndex(groups, node);
  const known = nodes.get(number);
  if (known !== undefined) return known;
  const result = group.results[number]!;
  const made =
    outsideOf(result, group, lookUp) ?? apply(node.op, [merger.scan!], { index: indexIn(result) }, node.label);
  nodes.set(number, made);
  return made;

  function indexIn(wanted: ScanResult): number {
    // Pruning numbers the delays anew.
    const { delays } = body.step;
    return body.results.findIndex((other) =>
      wanted.kind === "final" && other.kind === "final"
        ? delays[other.delay] === step.delays[wanted.delay]
        : sameScanResult(other, wanted),
    );
  }
}

/** A stack that is a sequence, or an invariant at every step, from outside the scan. */
function outsideOf(
  result: ScanResult,
  { step, leader: { inputs } }: ScanGroup,
  lookUp: (node: Node) => Node,
): Node | undefined {
  if (result.kind === "final") return undefined;
  const sequence = step.sequences.indexOf(result.node);
  if (sequence >= 0) return lookUp(inputs[sequence]!);
  const invariant = step.invariants.indexOf(result.node);
  if (invariant < 0) return undefined;
  const value = lookUp(inputs[step.sequences.length + step.delays.length + invariant]!);
  return broadcastTo(value, [step.steps, ...value.shape]);
}
