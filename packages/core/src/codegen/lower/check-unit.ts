/** What follows a unit in check mode: is every element of its values finite? */
import type { Node } from "../../graph/node.js";
import { sizeOf } from "../../tensor/shape.js";
import type { LoopId } from "../loop-program.js";
import { NestBuilder } from "./nest-builder.js";
import type { Scope } from "./scope.js";
import type { Unit } from "./units.js";
import { layoutOf } from "./values.js";

/** Adds a check of every f32 value that the unit has left, in the order of computation. The values of scans are checked step by step. */
export function checkUnit(scope: Scope, unit: Unit): void {
  if (unit.kind === "scan") return;
  const nodes = unit.kind === "elementwise" ? unit.nodes : [unit.node];
  for (const node of nodes) if (node.dtype === "f32" && sizeOf(node.shape) > 0 && !isJoin(node)) checkNode(scope, node);
}

/** Whether the node only puts values side by side that have been looked at. */
function isJoin({ op }: Node): boolean {
  return op.kind === "general" && op.joinAxis !== undefined;
}

function checkNode(scope: Scope, node: Node): void {
  const layout = layoutOf(scope, node);
  const flag = scope.workspace.room("f32", []);
  const nest = new NestBuilder(node.shape);
  // A finite number times zero is zero; NaN and infinities become NaN, and stay so when summed.
  const verdict = nest.lanes.mul(nest.load(layout, "f32"), nest.lanes.constant(0, "f32"));
  const isSum = sizeOf(node.shape) > 1;
  const strides = node.shape.map(() => 0);
  nest.store(
    { ...flag, shape: node.shape, strides },
    verdict,
    isSum ? { kind: "reduce", combine: "add", identity: 0 } : { kind: "set" },
  );
  scope.statements.push(nest.finish(node));
  const shown = [layout, ...node.inputs.map((input) => layoutOf(scope, input))];
  scope.statements.push({
    kind: "check",
    operands: [flag.address, ...shown.map(({ address }) => address)],
    writes: [],
    strides: shown.map((one) => one.strides),
    loops: scansAround(scope),
    node,
  });
}

/** The loops that run steps around a block, outermost first. */
function scansAround(scope: Scope): LoopId[] {
  const loops: LoopId[] = [];
  for (let inner: Scope | undefined = scope; inner !== undefined; inner = inner.parent)
    if (inner.loop !== undefined) loops.unshift(inner.loop);
  return loops;
}
