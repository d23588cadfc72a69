/**
 * Scans as JSON. The steps of a graph are listed once, inner ones first, so that scans that share a step share it when
 * they are read back; a scan names its step by number and its results by the step's nodes.
 */
import type { FloatNode, Node } from "./node.js";
import { computedBy, placeholdersOf, scanBodyOf, type ScanBody, type ScanResult, type ScanStep } from "./scan-body.js";
import { topologicalOrder } from "./walk.js";

/** A step and all its nodes that any scan of the graph needs. */
export interface ListedStep {
  readonly step: ScanStep;
  readonly order: readonly Node[];
  readonly numbers: ReadonlyMap<Node, number>;
}

/** The steps of all scans of the order, those of scans inside a step before it. */
export function listSteps(order: readonly Node[]): ListedStep[] {
  const bodies = new Map<ScanStep, ScanBody[]>();
  collectBodies(order, bodies);
  const listed = new Map<ScanStep, ListedStep>();
  const list = (step: ScanStep): void => {
    if (listed.has(step)) return;
    const nodes = topologicalOrder([...placeholdersOf(step), ...bodies.get(step)!.flatMap(computedBy)]);
    for (const node of nodes) {
      const inner = scanBodyOf(node);
      if (inner !== undefined) list(inner.step);
    }
    listed.set(step, { step, order: nodes, numbers: new Map(nodes.map((node, i) => [node, i])) });
  };
  for (const step of bodies.keys()) list(step);
  return [...listed.values()];
}

function collectBodies(order: readonly Node[], bodies: Map<ScanStep, ScanBody[]>): void {
  for (const node of order) {
    const body = scanBodyOf(node);
    if (body === undefined) continue;
    const known = bodies.get(body.step);
    if (known?.includes(body) === true) continue;
    bodies.set(body.step, [...(known ?? []), body]);
    collectBodies(topologicalOrder(computedBy(body)), bodies);
  }
}

/** What of a step is not a node: numbers of nodes by what they stand for. */
export interface JsonStep {
  readonly steps: number;
  readonly reverse: boolean;
  /** Left out where it is not so. */
  readonly recompute?: true;
  readonly sequences: readonly number[];
  readonly delays: readonly { readonly placeholder: number; readonly steps: number; readonly next: number }[];
  readonly invariants: readonly number[];
}

/** The step by the numbers of its nodes. */
export function encodeStep({ step, numbers }: ListedStep): JsonStep {
  const numberOf = (node: Node): number => numbers.get(node)!;
  return {
    steps: step.steps,
    reverse: step.reverse,
    ...(step.recompute && { recompute: true }),
    sequences: step.sequences.map(numberOf),
    delays: step.delays.map(({ placeholder, steps, next }) => ({
      placeholder: numberOf(placeholder),
      steps,
      next: numberOf(next),
    })),
    invariants: step.invariants.map(numberOf),
  };
}

/** A scan's setting: its step's number in the list, its results by number of a node or of a delay. */
export type JsonScanBody = Readonly<{
  step: number;
  results: readonly (Readonly<{ stack: number }> | Readonly<{ final: number }>)[];
}>;

/** The body of a scan whose step is listed. */
export function encodeBody({ step, results }: ScanBody, listed: readonly ListedStep[]): JsonScanBody {
  const number = listed.findIndex((one) => one.step === step);
  return {
    step: number,
    results: results.map((result) =>
      result.kind === "stack" ? { stack: listed[number]!.numbers.get(result.node)! } : { final: result.delay },
    ),
  };
}

/** What reading needs of the reader of graphs: checks that name the place. */
export interface JsonChecks {
  readonly asRecord: (where: string, json: unknown) => Readonly<Record<string, unknown>>;
  readonly asList: (where: string, json: unknown) => readonly unknown[];
  readonly nodeAt: (where: string, number: unknown, built: readonly Node[]) => Node;
  readonly malformed: (where: string, rule: string, got: string) => Error;
}

/** A step read back, with its nodes by number. */
export interface ReadStep {
  readonly step: ScanStep;
  readonly nodes: readonly Node[];
}

/** The step over nodes that have been read. What it must be beyond that is checked when a scan is made of it. */
export function decodeStep(where: string, json: unknown, nodes: readonly Node[], checks: JsonChecks): ReadStep {
  const { asRecord, asList, nodeAt, malformed } = checks;
  const { steps, reverse, recompute = false, sequences, delays, invariants } = asRecord(where, json);
  if (typeof steps !== "number") throw malformed(where, "steps must be a number", typeof steps);
  if (typeof reverse !== "boolean") throw malformed(where, "reverse must be true or false", typeof reverse);
  if (typeof recompute !== "boolean") throw malformed(where, "recompute must be true or false", typeof recompute);
  const nodesAt = (list: unknown): Node[] => asList(where, list).map((number) => nodeAt(where, number, nodes));
  return {
    nodes,
    step: {
      steps,
      reverse,
      recompute,
      sequences: nodesAt(sequences),
      delays: asList(where, delays).map((delay) => {
        const { placeholder, steps: reach, next } = asRecord(where, delay);
        if (typeof reach !== "number") throw malformed(where, "steps of a delay must be a number", typeof reach);
        const [read, value] = [nodeAt(where, placeholder, nodes), nodeAt(where, next, nodes)];
        return { placeholder: read as FloatNode, steps: reach, next: value as FloatNode };
      }),
      invariants: nodesAt(invariants),
    },
  };
}

/** The body of a scan over a step that has been read. */
export function decodeBody(
  where: string,
  { step: number, results }: Readonly<Record<string, unknown>>,
  read: readonly ReadStep[],
  { asRecord, asList, nodeAt, malformed }: JsonChecks,
): ScanBody {
  const found = typeof number === "number" ? read[number] : undefined;
  if (found === undefined) throw malformed(where, "step must name an earlier step by number", String(number));
  return {
    step: found.step,
    results: asList(where, results).map((result): ScanResult => {
      const { stack, final } = asRecord(where, result);
      if (stack !== undefined) return { kind: "stack", node: nodeAt(where, stack, found.nodes) };
      if (typeof final !== "number") throw malformed(where, "a result must have stack or final", typeof final);
      return { kind: "final", delay: final };
    }),
  };
}
