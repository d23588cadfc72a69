/** The statements that compute some nodes: the units of a graph in order, each by its kind. */
import type { Node } from "../../graph/node.js";
import { topologicalOrder } from "../../graph/walk.js";
import { checkUnit } from "./check-unit.js";
import { isContiguous, sameAddress, type Layout } from "./layout.js";
import { lowerElementwise, lowerReduction } from "./lower-elementwise.js";
import { lowerGeneral, placeParts } from "./lower-general.js";
import { lowerMatmul } from "./lower-matmul.js";
import { lowerScan } from "./lower-scan.js";
import type { BlockRequest, Placed, Scope } from "./scope.js";
import { findUnits, operandsOf, sourceOf, type Unit } from "./units.js";
import { copyValue, layoutOf } from "./values.js";

/** Adds the statements to the block. Leaves and placeholders have their layouts already. */
export function lowerBlock(scope: Scope, { results, placed, handedOver }: BlockRequest): void {
  const order = topologicalOrder(results);
  const late = handedOver.map(({ node }) => node);
  const lateNodes = new Set(late);
  const { isChecked } = scope.workspace;
  // What is looked at is as good as wanted.
  const wanted = isChecked ? order : results;
  const units = findUnits(
    order,
    wanted.filter((node) => !lateNodes.has(node)),
    late,
  );
  const stored = new Set<Node>(wanted.map(sourceOf));
  for (const unit of units.order) for (const operand of operandsOf(unit)) stored.add(sourceOf(operand));

  const isComputed = (node: Node): boolean => units.unitOf.has(node) && node.op.kind !== "scan";
  for (const { node, place } of placed) if (isComputed(node) && !scope.homes.has(node)) scope.homes.set(node, place);
  placeParts(scope, order, isComputed);

  const readers = resultsOfScans(order);
  for (const unit of units.order) {
    lowerUnit(scope, unit, stored, readers);
    if (isChecked) checkUnit(scope, unit);
  }
  for (const { node, place } of placed) {
    const layout = layoutOf(scope, node);
    if (!sameAddress(layout.address, place.address)) copyValue(scope, layout, place, node);
  }
  handOver(scope, handedOver);
}

function lowerUnit(
  scope: Scope,
  unit: Unit,
  stored: ReadonlySet<Node>,
  readers: ReadonlyMap<Node, readonly Node[]>,
): void {
  switch (unit.kind) {
    case "elementwise":
      lowerElementwise(scope, unit, (node) => stored.has(node));
      break;
    case "reduction":
      lowerReduction(scope, unit);
      break;
    case "matmul":
      lowerMatmul(scope, unit);
      break;
    case "general":
      lowerGeneral(scope, unit.node);
      break;
    case "scan":
      lowerScan(scope, unit.node, readers.get(unit.node) ?? [], lowerBlock);
      break;
  }
}

/** The nodes that read the results of each scan. */
function resultsOfScans(order: readonly Node[]): Map<Node, Node[]> {
  const readers = new Map<Node, Node[]>();
  for (const node of order) {
    if (node.op.kind !== "result") continue;
    const scan = node.inputs[0]!;
    readers.set(scan, [...(readers.get(scan) ?? []), node]);
  }
  return readers;
}

/** Replaces values by new ones after everything has been read: all are put aside first, since one may be another's new value. */
function handOver(scope: Scope, handedOver: readonly Placed[]): void {
  const aside = handedOver.map(({ node, place }) => {
    const layout = layoutOf(scope, node);
    const isOwn = layout.address.buffer.place.kind === "arena" && isWhole(layout) && isFresh(scope, layout);
    if (isOwn) return { node, place, from: layout };
    const room = scope.workspace.room(node.dtype, node.shape);
    copyValue(scope, layout, room, node);
    return { node, place, from: room };
  });
  for (const { node, place, from } of aside) {
    copyValue(scope, from, place, node);
    scope.handovers.push({ from: from.address.buffer, to: place.address.buffer, copy: scope.statements.at(-1)! });
  }
}

/** Whether the value is all of its buffer, row-major. */
function isWhole(layout: Layout): boolean {
  const size = layout.shape.reduce((product, extent) => product * extent, 1);
  return (
    isContiguous(layout) &&
    layout.address.offset === 0 &&
    layout.address.terms.length === 0 &&
    layout.address.buffer.size === size
  );
}

/** Whether the buffer was made by this block: others may still be read. */
function isFresh(scope: Scope, { address }: Layout): boolean {
  return scope.statements.some(
    (statement) =>
      statement.kind !== "loop" && statement.writes.some((i) => statement.operands[i]!.buffer === address.buffer),
  );
}
