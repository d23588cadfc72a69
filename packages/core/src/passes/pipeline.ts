/** The whole optimizer on one page: which passes run, in which order and why, until none of them changes anything. */
import type { Node } from "../graph/node.js";
import type { ScanStep } from "../graph/scan-body.js";
import { topologicalOrder } from "../graph/walk.js";
import { canonicalize } from "./canonicalize.js";
import { eliminateCommon } from "./eliminate-common.js";
import { foldConstants, type EvaluateConstant } from "./fold-constants.js";
import { insideScans } from "./inside-scans.js";
import { mergeMatmuls, mergeMatmulsIn } from "./merge-matmuls.js";
import { mergeScans } from "./merge-scans.js";
import type { Pass } from "./pass.js";
import { reassociate } from "./reassociate.js";
import { flushTiny } from "./scan/flush-tiny.js";
import { hoistFromScan } from "./scan/hoist-from-scan.js";
import { mergeProductSums } from "./scan/merge-product-sums.js";
import { pushOutOfScan } from "./scan/push-out-of-scan.js";
import { sinkIntoScan } from "./scan/sink-into-scan.js";
import { simplifyAlgebra } from "./simplify-algebra.js";
import { stabilize } from "./stabilize.js";
import { sumRowsFirst } from "./sum-rows-first.js";
import { insideOf } from "./surroundings.js";

/**
 * The passes in order. There is none that eliminates dead nodes: a program is what its results depend on, so a node
 * that nothing reads any more is met by no walk.
 *
 * @param exact - only those that keep every bit: programs are as written, but for what is computed twice or for nothing
 * @param step - the step of a scan that the passes are for, if they are for one
 */
export function standardPasses(evaluate: EvaluateConstant, exact = false, step?: ScanStep): readonly Pass[] {
  const passes = [
    sinkIntoScan, // before anything else: it goes by losses as they were differentiated
    canonicalize, // first, so that the rules that follow need to know one form of each thing
    foldConstants(evaluate), // before the rules, which look for constants
    simplifyAlgebra, // while equal nodes are still apart: rules make nodes that may turn out to be equal
    stabilize, // before products are cut and joined: it looks for forms as they are written and differentiated
    reassociate, // after the exact rules, which leave it less to do
    eliminateCommon, // before products are grouped, which is by the identity of what they share
    ...mergersOf(exact, step), // last of those on nodes, since they cut and join; the next round cleans up where cuts and joins meet
    sumRowsFirst, // after products are joined, which goes by the rows that they share
    mergeScans, // when inputs are known to be equal, and before a step is changed: which scans are equal goes by their step
    insideScans((results, inside) => optimize(results, standardPasses(evaluate, exact, inside)).results), // all of this, for the steps of scans
    hoistFromScan, // when a step is as small as it gets: what leaves it is the business of the rounds that follow
    pushOutOfScan, // after it, for what could have been computed before needs no stack
  ];
  return passes.filter(allowed(exact));
}

/** The passes that run once nothing is left to do for the others, which would not know again what these leave. */
export function lastPasses(exact = false): readonly Pass[] {
  return [flushTiny].filter(allowed(exact));
}

function allowed(exact: boolean): (pass: Pass) => boolean {
  return ({ inexact }) => !exact || inexact !== true;
}

/** In the step of a scan, products are merged that could not be merged for less outside. */
function mergersOf(exact: boolean, step: ScanStep | undefined): readonly Pass[] {
  return step === undefined ? [mergeMatmuls] : [mergeProductSums(step), mergeMatmulsIn(insideOf(step, exact))];
}

/** More rounds than graphs need; stopping early leaves a correct graph. */
const MOST_ROUNDS = 10;

/** What one pass did in all rounds together. */
export interface PassReport {
  readonly name: string;
  /** Nodes there were when it ran first. */
  readonly before: number;
  /** Nodes it took away, less those it added. */
  readonly removed: number;
}

/** What the passes made of a program. */
export interface OptimizeReport {
  /** Nodes as written. */
  readonly before: number;
  /** Nodes that run. */
  readonly after: number;
  readonly passes: readonly PassReport[];
}

/**
 * The results after all passes, run in turn until none of them changes anything.
 *
 * @param check - called with what every pass returns; tests verify there
 */
export function optimize(
  results: readonly Node[],
  passes: readonly Pass[],
  check: (results: readonly Node[], pass: Pass) => void = () => undefined,
): { readonly results: readonly Node[]; readonly report: OptimizeReport } {
  const before = countNodes(results);
  const reports = passes.map(({ name }) => ({ name, before: 0, removed: 0 }));
  let current = results;
  let count = before;
  for (let run = 0, idle = 0; run < MOST_ROUNDS * passes.length && idle < passes.length; run++) {
    const pass = passes[run % passes.length]!;
    const report = reports[run % passes.length]!;
    if (run < passes.length) report.before = count;
    const next = pass.run(current);
    check(next, pass);
    idle = next.every((node, i) => node === current[i]) ? idle + 1 : 0;
    if (idle > 0) continue;
    current = next;
    const left = countNodes(current);
    report.removed += count - left;
    count = left;
  }
  return { results: current, report: { before, after: count, passes: reports } };
}

/** The results after one list of passes after the other. */
export function optimizeInTurn(
  results: readonly Node[],
  stages: readonly (readonly Pass[])[],
): { readonly results: readonly Node[]; readonly report: OptimizeReport } {
  const before = countNodes(results);
  let current = results;
  const reports = stages.map((passes) => {
    const { results: next, report } = optimize(current, passes);
    current = next;
    return report;
  });
  const after = reports.at(-1)?.after ?? before;
  return { results: current, report: { before, after, passes: reports.flatMap(({ passes }) => passes) } };
}

function countNodes(results: readonly Node[]): number {
  return topologicalOrder(results).length;
}
