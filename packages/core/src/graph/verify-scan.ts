/** What must hold of the body of a scan, whoever built it: types agree along delays, and nothing comes from outside. */
import { GraphError } from "../errors.js";
import { formatType, sameType } from "../tensor/tensor-type.js";
import { placeholderOp } from "./leaves.js";
import { describe, isFloat, type Node } from "./node.js";
import { computedBy, placeholdersOf, type ScanBody, type ScanDelay } from "./scan-body.js";
import { topologicalOrder } from "./walk.js";

/** Bodies never change, so what was found right stays right. */
const checked = new WeakSet<ScanBody>();

/** Throws GraphError SCAN_STEPS, SCAN_PLACEHOLDER, SCAN_DELAY_STEPS, SCAN_DELAY_TYPE, SCAN_RESULT or SCAN_OPEN. */
export function verifyScanBody(body: ScanBody): void {
  if (checked.has(body)) return;
  const { step, results } = body;
  checkSteps(step.steps);
  checkPlaceholders(placeholdersOf(step));
  step.delays.forEach(checkDelay);
  for (const result of results) {
    if (result.kind === "final" && step.delays[result.delay] === undefined)
      throw broken("SCAN_RESULT", `a final value must be that of one of ${step.delays.length} delays`, result.delay);
  }
  checkClosed(body);
  checked.add(body);
}

/** Throws unless T is a whole number ≥ 1. */
export function checkSteps(steps: number): void {
  if (!Number.isInteger(steps) || steps < 1) throw broken("SCAN_STEPS", "T must be a whole number ≥ 1", steps);
}

function checkPlaceholders(placeholders: readonly Node[]): void {
  const other = placeholders.find((node) => node.op !== placeholderOp);
  if (other !== undefined)
    throw broken("SCAN_PLACEHOLDER", "a step must read placeholders", `${other.op.name} ${describe(other)}`);
  const twice = placeholders.find((node, i) => placeholders.indexOf(node) < i);
  if (twice !== undefined)
    throw broken("SCAN_PLACEHOLDER", "a placeholder must stand for one thing", `${describe(twice)} twice`);
}

function checkDelay({ placeholder, steps, next }: ScanDelay): void {
  const name = `delay ${describe(placeholder)}`;
  if (!Number.isInteger(steps) || steps < 1)
    throw broken("SCAN_DELAY_STEPS", `${name} must reach back a whole number of steps ≥ 1`, steps);
  if (!isFloat(placeholder)) throw broken("SCAN_DELAY_TYPE", "a delayed value must be f32", name);
  if (!sameType(next.type, placeholder.type))
    throw broken(
      "SCAN_DELAY_TYPE",
      `the next value of ${name} must be ${formatType(placeholder.type)}`,
      describe(next),
    );
}

function checkClosed(body: ScanBody): void {
  const own = new Set(placeholdersOf(body.step));
  const foreign = topologicalOrder(computedBy(body)).find(
    (node) => node.op.kind === "leaf" && node.op.role !== "constant" && !own.has(node),
  );
  if (foreign === undefined) return;
  throw broken(
    "SCAN_OPEN",
    "a step must read everything but constants through its own placeholders",
    `${foreign.op.name} ${describe(foreign)} built at ${foreign.site.toString()}`,
  );
}

function broken(code: string, rule: string, got: string | number): GraphError {
  return new GraphError({ code, where: "scan({ steps, sequences, delays, step })", rule, got: String(got) });
}
