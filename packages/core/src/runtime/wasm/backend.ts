/** The backend of compiled WebAssembly: one module per program, all of them over one memory. */
import { countFlops } from "../../codegen/count-flops.js";
import { emitProgram, type EmittedProgram, type Placement } from "../../codegen/emit-program.js";
import { lowerProgram } from "../../codegen/lower/lower-program.js";
import type { Buffer } from "../../codegen/loop-program.js";
import { elementBytes, planMemory } from "../../codegen/plan/memory-plan.js";
import type { Target } from "../../codegen/wasm/target.js";
import type { Node } from "../../graph/node.js";
import { sizeOf } from "../../tensor/shape.js";
import type { Backend, PreparedProgram, Program, RunModes, Slot } from "../backend.js";
import type { Engine } from "./engine.js";
import { importsOf } from "./imports.js";
import { RuntimeMemory, view } from "./memory.js";
import { profilerOf } from "./profiler-of.js";

/** A backend with a memory of its own. */
export function wasmBackend(name: string, engine: Engine, target: Target, modes: RunModes = {}): Backend {
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
      const { prepared, constants } = await prepare(program, { engine, target, modes, memory, leafAddress });
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
  readonly modes: RunModes;
  readonly memory: RuntimeMemory;
  readonly leafAddress: (leaf: Node) => number;
}

async function prepare(
  program: Program,
  { engine, target, modes, memory, leafAddress }: Surroundings,
): Promise<{ readonly prepared: PreparedProgram; readonly constants: readonly Region[] }> {
  const lowered = lowerProgram(program, target, modes);
  const plan = planMemory(lowered);
  const constants = storeConstants(lowered.buffers, memory);
  const placementOf = ({ place, id }: Buffer): Placement => {
    if (place.kind === "leaf") return { base: "memory", bytes: leafAddress(place.leaf) };
    if (place.kind === "constant") return { base: "memory", bytes: constants.get(id)!.address };
    return { base: "arena", bytes: plan.offsets.get(lowered.buffers[id]!) ?? 0 };
  };
  const emitted = emitProgram(lowered, placementOf, target, { marks: modes.profile === true });
  const profiler = modes.profile === true ? profilerOf(emitted) : undefined;
  const module = await engine.compile(emitted.bytes);
  const instance = await engine.instantiate(module, { host: importsOf(emitted, memory, profiler) });
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
      profiler?.start();
      run(memory.arena);
    },
    ...(profiler && { profiler }),
    report: {
      peakBytes: plan.peakBytes,
      totalBytes: plan.totalBytes,
      flops: countFlops(lowered.statements),
      codeBytes: emitted.bytes.length,
      kernels: emitted.kernels,
      calls: emitted.calls,
      hostOps: hostOpsOf(emitted.hostCalls),
    },
  };
  return { prepared, constants: [...constants.values()] };
}

function hostOpsOf(calls: EmittedProgram["hostCalls"]): string[] {
  return [...new Set(calls.flatMap(({ kind, node }) => (kind === "host-call" ? [node.op.name] : [])))];
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
