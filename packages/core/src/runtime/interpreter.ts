/**
 * The interpreter: one plain loop per node, straight from each op's reference. At precision f64 it is the oracle all
 * other backends are held against; at f32 it rounds the result of every node.
 */
import { RuntimeError } from "../errors.js";
import type { Node } from "../graph/node.js";
import { NdArray, allocate } from "../tensor/nd-array.js";
import { sizeOf, stridesOf } from "../tensor/shape.js";
import { formatType, type TensorType } from "../tensor/tensor-type.js";
import type { Backend, PreparedProgram, Program, RunModes, Slot } from "./backend.js";
import { checkFinite } from "./check-finite.js";
import { prepareNodes } from "./interpreter-nodes.js";
import type { ComputedNode, Setting } from "./interpreter-setting.js";
import { Profiler } from "./profile.js";

/** The precision of f32 values: as computed in JavaScript, or rounded to 32 bits after every node. */
export type Precision = "f32" | "f64";

/** A backend that needs no time to prepare a program. */
export interface Interpreter extends Backend {
  prepare(program: Program, stored: ReadonlyMap<Node, Slot>): PreparedProgram;
}

/** A backend that runs graphs node by node. */
export function interpreter(precision: Precision, modes: RunModes = {}): Interpreter {
  const make = (type: TensorType): NdArray => new NdArray(type, allocateOrRefuse(type, precision));
  return {
    name: `interpreter ${precision}`,
    allocate: make,
    prepare: (program, stored) => prepare(program, stored, make, modes),
  };
}

function prepare(
  program: Program,
  stored: ReadonlyMap<Node, Slot>,
  make: (type: TensorType) => NdArray,
  { check = false, profile = false }: RunModes,
): PreparedProgram {
  const results = [...program.outputs, ...program.updates.map(([, value]) => value)];
  const known = new Map([...stored].map(([leaf, { type, data }]) => [leaf, new NdArray(type, data)]));
  const inputs = program.inputs.map((leaf) => {
    const room = make(leaf.type);
    known.set(leaf, room);
    return room;
  });
  const profiler = profile ? new Profiler() : undefined;
  const around: Setting["around"] = (computed, compute) => {
    const checked = check ? checking(computed, compute) : compute;
    return profiler === undefined ? checked : timing(profiler, computed, checked);
  };
  const nodes = prepareNodes(results, known, { make, around, scans: [] });
  const outputs = program.outputs.map((node) => make(node.type));
  const staged = program.updates.map(([target]) => make(target.type));
  const run = (): void => {
    profiler?.start();
    nodes.run();
    for (const [i, node] of program.outputs.entries()) outputs[i]!.data.set(nodes.valueOf(node).data);
    for (const [i, [, value]] of program.updates.entries()) staged[i]!.data.set(nodes.valueOf(value).data);
    for (const [i, [target]] of program.updates.entries()) stored.get(target)!.data.set(staged[i]!.data);
  };
  return { inputs, outputs, run, ...(profiler && { profiler }) };
}

function allocateOrRefuse(type: TensorType, precision: Precision): NdArray["data"] {
  try {
    return allocate(type.dtype, sizeOf(type.shape), precision);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RuntimeError({
      code: "MEMORY_LIMIT",
      where: "interpreter",
      rule: "a value must fit into an array, and the system must have the memory",
      got: formatType(type),
      fix: "Use smaller batches or fewer steps",
      details: { type },
    });
  }
}

function checking({ node, output, operands, scans }: ComputedNode, compute: () => void): () => void {
  if (node.dtype !== "f32") return compute;
  const [value, ...read] = [output, ...operands].map(({ data, shape }) => ({
    data,
    offset: 0,
    strides: stridesOf(shape),
  }));
  return () => {
    compute();
    checkFinite(node, value!, read, scans);
  };
}

function timing(profiler: Profiler, { node, scans }: ComputedNode, compute: () => void): () => void {
  const path = scans.map(({ scan }) => profiler.nameOf(scan));
  const piece = profiler.add({ kernel: node.op.name, node, path, flops: 0 });
  return () => {
    compute();
    profiler.mark(piece);
  };
}
