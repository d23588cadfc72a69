/** The backend of compiled WebAssembly: one module per program, all of them over one memory. */
import { emitProgram, type EmittedProgram, type Placement } from "../../codegen/emit-program.js";
import { lowerProgram } from "../../codegen/lower/lower-program.js";
import type { Buffer } from "../../codegen/loop-program.js";
import { elementBytes, planMemory } from "../../codegen/plan/memory-plan.js";
import type { Target } from "../../codegen/wasm/target.js";
import { indexRangeError, nodeAtRunTime } from "../../graph/index-range.js";
import type { Node } from "../../graph/node.js";
import { NdArray } from "../../tensor/nd-array.js";
import { sizeOf } from "../../tensor/shape.js";
import type { Backend, PreparedProgram, Program, Slot } from "../backend.js";
import type { Engine } from "./engine.js";
import { RuntimeMemory, view } from "./memory.js";

/** A backend with a memory of its own. */
export function wasmBackend(name: string, engine: Engine, target: Target): Backend {
  const memory = new RuntimeMemory(engine);
  // Constants belong to programs, and nobody says when a program is not needed any more.
  const owned = new FinalizationRegistry<readonly Region[]>((regions) => {
    for (const { address, bytes } of regions) memory.release(address, bytes);
  });
  const addresses = new Map<Slot, number>();
  return {
    name,
    allocate: (type) => {
      const address = memory.allocate(sizeOf(type.shape) * elementBytes(type.dtype));
      const slot = memory.slot(type, () => address);
      slot.data.fill(0);
      addresses.set(slot, address);
      return slot;
    },
    prepare: async (program, stored) => {
      const leafAddress = (leaf: Node): number => addresses.get(stored.get(leaf)!)!;
      const { prepared, constants } = await prepare(program, { engine, target, memory, leafAddress });
      owned.register(prepared, constants);
      return prepared;
    },
    memoryBytes: () => memory.bytes,
  };
}

interface Region {
  readonly address: number;
  readonly bytes: number;
}

interface Surroundings {
  readonly engine: Engine;
  readonly target: Target;
  readonly memory: RuntimeMemory;
  readonly leafAddress: (leaf: Node) => number;
}

async function prepare(
  program: Program,
  { engine, target, memory, leafAddress }: Surroundings,
): Promise<{ readonly prepared: PreparedProgram; readonly constants: readonly Region[] }> {
  const lowered = lowerProgram(program, target);
  const plan = planMemory(lowered);
  const constants = storeConstants(lowered.buffers, memory);
  const placementOf = ({ place, id, ...buffer }: Buffer): Placement => {
    void buffer;
    if (place.kind === "leaf") return { base: "memory", bytes: leafAddress(place.leaf) };
    if (place.kind === "constant") return { base: "memory", bytes: constants.get(id)!.address };
    return { base: "arena", bytes: plan.offsets.get(lowered.buffers[id]!) ?? 0 };
  };
  const emitted = emitProgram(lowered, placementOf, target);
  const module = await engine.compile(emitted.bytes);
  const instance = await engine.instantiate(module, { host: importsOf(emitted, memory) });
  const run = instance.exports["run"] as (arena: number) => void;
  memory.reserveArena(plan.peakBytes);
  const slotOf = (node: Node, buffer: Buffer): Slot => {
    const { base, bytes } = placementOf(buffer);
    return memory.slot(node.type, base === "arena" ? () => memory.arena + bytes : () => bytes);
  };
  const prepared: PreparedProgram = {
    inputs: program.inputs.map((node, i) => slotOf(node, lowered.inputs[i]!)),
    outputs: program.outputs.map((node, i) => slotOf(node, lowered.outputs[i]!)),
    run: () => {
      run(memory.arena);
    },
    report: {
      peakBytes: plan.peakBytes,
      totalBytes: plan.totalBytes,
      codeBytes: emitted.bytes.length,
      kernels: emitted.kernels,
      calls: emitted.calls,
      hostOps: [...new Set(emitted.hostCalls.map(({ node }) => node.op.name))],
    },
  };
  return { prepared, constants: [...constants.values()] };
}

function storeConstants(buffers: readonly Buffer[], memory: RuntimeMemory): ReadonlyMap<number, Region> {
  const regions = new Map<number, Region>();
  for (const { id, place, dtype, size } of buffers) {
    if (place.kind !== "constant") continue;
    const bytes = size * elementBytes(dtype);
    const address = memory.allocate(bytes);
    view(dtype, memory.memory.buffer, address, size).set(place.value.data);
    regions.set(id, { address, bytes });
  }
  return regions;
}

/** What compiled code calls. */
function importsOf(emitted: EmittedProgram, memory: RuntimeMemory): Record<string, unknown> {
  const imports: Record<string, unknown> = {
    memory: memory.memory,
    fail: (where: number, position: number, index: number, size: number) => {
      throw indexRangeError(nodeAtRunTime(emitted.sites[where]!), index, position, size);
    },
  };
  emitted.laneFunctions.forEach((f, i) => {
    imports[`lane${i}`] = f;
  });
  const call = (number: number, ...pointers: readonly number[]): void => {
    const { node } = emitted.hostCalls[number]!;
    const { op, attrs } = node;
    const values = [...node.inputs, node].map(
      ({ type }, i) => new NdArray(type, view(type.dtype, memory.memory.buffer, pointers[i]!, sizeOf(type.shape))),
    );
    if (op.kind === "general") op.reference(values.slice(0, -1), values.at(-1)!, attrs, () => nodeAtRunTime(node));
  };
  for (const { operands } of emitted.hostCalls) imports[`call${operands.length}`] = call;
  return imports;
}
