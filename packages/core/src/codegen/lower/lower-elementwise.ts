/** Elementwise nodes, and reductions of them, as one loop nest. */
import { InternalError } from "../../errors.js";
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import type { Node } from "../../graph/node.js";
import type { ReductionAttrs } from "../../graph/op.js";
import { NestBuilder } from "./nest-builder.js";
import type { Scope } from "./scope.js";
import type { Unit } from "./units.js";
import { layoutOf, placeFor, uniformElement } from "./values.js";

/** One loop that computes all nodes of the unit and stores those that are read elsewhere. */
export function lowerElementwise(
  scope: Scope,
  { nodes }: Unit & { kind: "elementwise" },
  isStored: (node: Node) => boolean,
): void {
  const [first] = nodes;
  const nest = new NestBuilder(first!.shape);
  const values = new Map<Node, Lane>();
  for (const node of nodes) values.set(node, laneOf(scope, nest, node, values));
  for (const node of nodes) if (isStored(node)) nest.store(placeFor(scope, node), values.get(node)!);
  scope.statements.push(nest.finish(nodes.at(-1)!));
}

/** One loop over the reduced value's elements. */
export function lowerReduction(scope: Scope, { node, absorbed }: Unit & { kind: "reduction" }): void {
  const { op, attrs, inputs } = node;
  if (op.kind !== "reduction") throw new InternalError("lowerReduction", `a node of ${op.name}`);
  const [input] = inputs;
  const nest = new NestBuilder(input!.shape);
  const values = new Map<Node, Lane>();
  for (const inside of absorbed) values.set(inside, laneOf(scope, nest, inside, values));
  const value = values.get(input!) ?? operandLane(scope, nest, input!);
  const { axes } = attrs as ReductionAttrs;
  const place = placeFor(scope, node);
  const kept = [...place.strides];
  const strides = input!.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
  const identity = op.emit.identity[node.dtype === "i32" ? "i32" : "f32"];
  const mode = { kind: "reduce", combine: op.emit.combine, identity } as const;
  nest.store({ address: place.address, shape: input!.shape, strides }, value, mode);
  scope.statements.push(nest.finish(node));
}

function laneOf(scope: Scope, nest: NestBuilder, node: Node, values: ReadonlyMap<Node, Lane>): Lane {
  const { op, attrs, inputs } = node;
  if (op.kind !== "elementwise") throw new InternalError("laneOf", `a node of ${op.name}`);
  const operands = inputs.map((input) => values.get(input) ?? operandLane(scope, nest, input));
  if (op.emit !== "host") return op.emit(nest.lanes, operands, attrs);
  return onHost(nest.lanes, op.reference(attrs, inputs[0]!.dtype), node, operands);
}

function onHost(
  lanes: LaneEmitter,
  reference: (...elements: number[]) => number,
  { dtype }: Node,
  operands: readonly Lane[],
): Lane {
  return lanes.host(reference, dtype, ...operands);
}

function operandLane(scope: Scope, nest: NestBuilder, node: Node): Lane {
  const element = uniformElement(node);
  return element === undefined
    ? nest.load(layoutOf(scope, node), node.dtype)
    : nest.lanes.constant(element, node.dtype);
}
