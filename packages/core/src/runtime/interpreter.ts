/**
 * The interpreter: one plain loop per node, straight from each op's reference. At precision f64 it is the oracle all
 * other backends are held against; at f32 it rounds the result of every node.
 */
import { GraphError, InternalError } from "../errors.js";
import { describe, type Node } from "../graph/node.js";
import type { AnyOp } from "../graph/op.js";
import { topologicalOrder } from "../graph/walk.js";
import { NdArray, allocate } from "../tensor/nd-array.js";
import { sizeOf } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor-type.js";
import type { Backend, PreparedProgram, Program } from "./backend.js";
import { BufferPool } from "./buffer-pool.js";
import { kernelOf } from "./interpreter-kernels.js";

/** The precision of f32 values: as computed in JavaScript, or rounded to 32 bits after every node. */
export type Precision = "f32" | "f64";

/** A backend that runs graphs node by node. */
export function interpreter(precision: Precision): Backend {
  const make = (type: TensorType): NdArray => new NdArray(type, allocate(type.dtype, sizeOf(type.shape), precision));
  return {
    name: `interpreter ${precision}`,
    allocate: make,
    prepare: (program, stored) => prepare(program, stored, make),
  };
}

function prepare(
  program: Program,
  stored: ReadonlyMap<Node, NdArray>,
  make: (type: TensorType) => NdArray,
): PreparedProgram {
  const results = [...program.outputs, ...program.updates.map(([, value]) => value)];
  const order = topologicalOrder(results);
  const values = new Map<Node, NdArray>(stored);
  const inputs = program.inputs.map((leaf) => remember(values, leaf, make(leaf.type)));
  const pool = new BufferPool(order, results, make);
  const steps: (() => void)[] = [];

  for (const node of order) {
    if (values.has(node)) continue;
    if (node.op.kind === "leaf") remember(values, node, constantValue(node, make));
    else {
      const operands = node.inputs.map((input) => values.get(input)!);
      const output = remember(values, node, pool.take(node));
      steps.push(kernelOf(node, operands, output));
    }
    for (const dead of pool.lastUsesAt(node)) pool.giveBack(dead, values.get(dead)!);
  }

  const outputs = program.outputs.map((node) => make(node.type));
  const staged = program.updates.map(([target]) => make(target.type));
  const valueOf = (node: Node): NdArray => values.get(node)!;
  const run = (): void => {
    for (const step of steps) step();
    for (const [i, node] of program.outputs.entries()) outputs[i]!.data.set(valueOf(node).data);
    for (const [i, [, value]] of program.updates.entries()) staged[i]!.data.set(valueOf(value).data);
    for (const [i, [target]] of program.updates.entries()) stored.get(target)!.data.set(staged[i]!.data);
  };
  return { inputs, outputs, run };
}

function remember(values: Map<Node, NdArray>, node: Node, value: NdArray): NdArray {
  values.set(node, value);
  return value;
}

function constantValue(node: Node, make: (type: TensorType) => NdArray): NdArray {
  const op: AnyOp = node.op;
  if (op.kind === "leaf" && op.role === "constant") {
    const copy = make(node.type);
    copy.data.set((node.attrs["value"] as NdArray).data);
    return copy;
  }
  if (op.kind === "leaf" && op.role === "placeholder") {
    throw new GraphError({
      code: "PLACEHOLDER",
      where: "compile",
      rule: "a graph must not hold placeholders of a folded graph",
      got: `${op.name} ${describe(node)} built at ${node.site.toString()}`,
      fix: "Unfold the folded graph first: unfold(folded, T)",
    });
  }
  throw new InternalError("interpreter", `no value for ${op.name} ${describe(node)}`);
}
