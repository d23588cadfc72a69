/** What must hold of a folded graph: every cycle crosses a delay, types agree along delays, it starts from outside. */
import { describe, formatType, GraphError, leavesOf, topologicalOrder, verify, type Node } from "@unfold/core";
import type { Delay, FoldedGraph } from "./recurrence.js";

/**
 * Throws unless the folded graph can be unfolded.
 *
 * @throws GraphError CYCLE_WITHOUT_DELAY with the cycle, DELAY_STEPS, DELAY_TYPE, or INITIAL_OF_STEP.
 * @example
 * verifyFolded(elman({ inputs: 1, units: 2, seed: 1 }).fold(3)); // → undefined
 */
export function verifyFolded(folded: FoldedGraph): void {
  const where = `foldedGraph("${folded.name}")`;
  const delays = Object.values(folded.delays);
  for (const delay of delays) checkSteps(where, delay, delays);
  for (const delay of delays) checkType(where, delay);
  verify(topologicalOrder(stepResults(folded)));
  checkInitials(where, folded);
}

/** Everything one step computes: its outputs and what its delays will read. */
export function stepResults(folded: FoldedGraph): Node[] {
  return [...Object.values(folded.outputs), ...Object.values(folded.delays).map(({ next }) => next)];
}

function checkSteps(where: string, delay: Delay, delays: readonly Delay[]): void {
  if (Number.isInteger(delay.steps) && delay.steps >= 1) return;
  const cycle = delay.steps === 0 ? cycleThrough(delay, delays) : undefined;
  if (cycle !== undefined) {
    throw new GraphError({
      code: "CYCLE_WITHOUT_DELAY",
      where,
      rule: "every cycle must cross a delay of at least 1 step",
      got: cycle.join(" → "),
      fix: `Give "${delay.name}" { steps: 1 }, so that ${cycle[1]!} reads the value of the step before`,
      details: { cycle },
    });
  }
  throw badSteps(where, delay.name, delay.steps);
}

/** Throws unless a delay reaches back a whole number of steps. 0 is let through: whether it closes a cycle shows later. */
export function checkDelaySteps(where: string, name: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 0) throw badSteps(where, name, steps);
}

function badSteps(where: string, name: string, steps: number): GraphError {
  return new GraphError({
    code: "DELAY_STEPS",
    where,
    rule: `delay "${name}" must reach back a whole number of steps ≥ 1`,
    got: String(steps),
  });
}

/** The cycle from a delay of 0 steps back to itself through the step and other delays of 0 steps; undefined if there is none. */
function cycleThrough(delay: Delay, delays: readonly Delay[]): string[] | undefined {
  const readNow = new Map(delays.filter(({ steps }) => steps === 0).map((other) => [other.placeholder, other.next]));
  const nameOf = (node: Node): string => (node.op.kind === "leaf" ? (node.label ?? node.op.name) : node.op.name);
  const seen = new Set<Node>();
  const stack: { node: Node; path: string[] }[] = [{ node: delay.next, path: [nameOf(delay.placeholder)] }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { node, path } = visit;
    const extended = [nameOf(node), ...path];
    if (node === delay.placeholder) return extended;
    if (seen.has(node)) continue;
    seen.add(node);
    const before = readNow.get(node);
    for (const input of before === undefined ? node.inputs : [before]) stack.push({ node: input, path: extended });
  }
  return undefined;
}

function checkType(where: string, { name, placeholder, initial, next, steps }: Delay): void {
  const step = formatType(placeholder.type);
  if (formatType(next.type) !== step) {
    throw new GraphError({
      code: "DELAY_TYPE",
      where,
      rule: `the next value of delay "${name}" must be ${step}, as declared`,
      got: describe(next),
    });
  }
  if (formatType(initial.type) !== formatType({ dtype: placeholder.dtype, shape: [steps, ...placeholder.shape] })) {
    throw new GraphError({
      code: "INITIAL_SHAPE",
      where,
      rule: `the initial value of delay "${name}" must be ${steps} × ${step}`,
      got: describe(initial),
    });
  }
}

/** What a step reads of another one is left alone: it may stand inside it. */
function checkInitials(where: string, { sequences, delays }: FoldedGraph): void {
  const own = new Set<Node>([
    ...Object.values(sequences),
    ...Object.values(delays).map(({ placeholder }) => placeholder),
  ]);
  for (const { name, initial } of Object.values(delays)) {
    const read = leavesOf([initial], "placeholder").find((leaf) => own.has(leaf));
    if (read === undefined) continue;
    throw new GraphError({
      code: "INITIAL_OF_STEP",
      where,
      rule: `the initial value of delay "${name}" must use nothing of the step itself`,
      got: `${describe(read)} built at ${read.site.toString()}`,
      fix: "Make it of inputs, parameters and constants",
    });
  }
}
