/** From a graph to a loop program. */
import type { Node } from "../../graph/node.js";
import { topologicalOrder } from "../../graph/walk.js";
import { sizeOf } from "../../tensor/shape.js";
import type { Buffer, LoopProgram } from "../loop-program.js";
import type { Target } from "../wasm/target.js";
import { handOverInPlace } from "./hand-over.js";
import { contiguous } from "./layout.js";
import { lowerBlock } from "./lower-block.js";
import { scope as makeScope, Workspace } from "./scope.js";

/** What is to be computed: leaves fed with each run, results, and values that replace those of leaves. */
export interface ProgramGraph {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  readonly updates: readonly (readonly [leaf: Node, value: Node])[];
}

/** How a graph is lowered. */
export interface LowerOptions {
  /** Every value is stored and looked at before any update is written: one that is not finite is told to the host. */
  readonly check?: boolean;
}

/** The loop program of a graph for what the engine can do. */
export function lowerProgram(
  { inputs, outputs, updates }: ProgramGraph,
  target: Target,
  { check = false }: LowerOptions = {},
): LoopProgram {
  const workspace = new Workspace(target, check);
  const scope = makeScope(workspace);
  const results = [...outputs, ...updates.map(([, value]) => value)];
  const place = (node: Node, kind: Buffer["place"]): Buffer => {
    const buffer = workspace.buffer(node.dtype, sizeOf(node.shape), kind);
    scope.layouts.set(node, contiguous({ buffer, offset: 0, terms: [] }, node.shape));
    return buffer;
  };
  const inputBuffers = inputs.map((node) => place(node, { kind: "arena" }));
  for (const node of topologicalOrder([...results, ...updates.map(([leaf]) => leaf)])) {
    if (node.op.kind === "leaf" && (node.op.role === "param" || node.op.role === "state"))
      place(node, { kind: "leaf", leaf: node });
  }
  const written = new Set(updates.map(([leaf]) => leaf));
  for (const buffer of workspace.buffers)
    if (buffer.place.kind === "leaf" && !written.has(buffer.place.leaf)) workspace.unchanged.add(buffer);
  const outputPlaces = outputs.map((node) => ({ node, place: workspace.room(node.dtype, node.shape) }));
  const handedOver = updates.map(([leaf, node]) => ({ node, place: scope.layouts.get(leaf)! }));
  lowerBlock(scope, { results, placed: outputPlaces, handedOver });
  // What is checked must not have replaced anything.
  const { statements, movedTo } = handOverInPlace(scope.statements, check ? [] : scope.handovers);
  return {
    buffers: workspace.buffers,
    preparation: workspace.preparation,
    statements,
    inputs: inputBuffers,
    outputs: outputPlaces.map(({ place: { address } }) => movedTo.get(address.buffer) ?? address.buffer),
  };
}
