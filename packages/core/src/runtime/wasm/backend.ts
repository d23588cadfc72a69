/** The backend of compiled WebAssembly: one module per program, all of them over one memory. */
import { countFlops } from "../../codegen/count-flops.js";
import { emitProgram, type Placement } from "../../codegen/emit-program.js";
import { accessesOf } from "../../codegen/lower/accesses.js";
import { lowerProgram } from "../../codegen/lower/lower-program.js";
import type { Buffer, LoopProgram } from "../../codegen/loop-program.js";
import { elementBytes, planMemory } from "../../codegen/plan/memory-plan.js";
import type { Target } from "../../codegen/wasm/target.js";
import { blocksOf } from "../../graph/blocks.js";
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
  // Constants and what is kept of leaves belong to programs, and nobody says when a program is not needed any more.
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
      slot.version = 0;
      addresses.set(slot, address);
      return slot;
    },
    release: (slot) => {
      memory.release(addresses.get(slot)!, slot.data.byteLength);
      addresses.delete(slot);
    },
    prepare: async (program, stored) => {
      const slotOf = (leaf: Node): Slot => stored.get(leaf)!;
      const leafAddress = (leaf: Node): number => addresses.get(slotOf(leaf))!;
      const surroundings = { engine, target, modes, memory, slotOf, leafAddress };
      const regions: Region[] = [];
      try {
        const prepared = await prepare(program, surroundings, regions);
        owned.register(prepared, regions);
        return prepared;
      } catch (error) {
        for (const { address, bytes } of regions) memory.release(address, bytes);
        throw error;
      }
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
  readonly slotOf: (leaf: Node) => Slot;
  readonly leafAddress: (leaf: Node) => number;
}

/** The program, ready to run; what it took of the memory for itself is added to `owned`, whether it gets ready or not. */
async function prepare(
  program: Program,
  { engine, target, modes, memory, slotOf, leafAddress }: Surroundings,
  owned: Region[],
): Promise<PreparedProgram> {
  const lowered = lowerProgram(program, target, modes);
  const plan = planMemory(lowered);
  memory.reserveArena(plan.peakBytes);
  const regions = placeOwnBuffers(lowered.buffers, memory, owned);
  const placementOf = ({ place, id }: Buffer): Placement => {
    if (place.kind === "leaf") return { base: "memory", bytes: leafAddress(place.leaf) };
    if (place.kind !== "arena") return { base: "memory", bytes: regions.get(id)!.address };
    return { base: "arena", bytes: plan.offsets.get(lowered.buffers[id]!) ?? 0 };
  };
  const emitted = emitProgram(lowered, placementOf, target, { marks: modes.profile === true });
  const profiler = modes.profile === true ? profilerOf(emitted) : undefined;
  const module = await engine.compile(emitted.bytes);
  const instance = await engine.instantiate(module, { host: importsOf(emitted, memory, profiler) });
  const run = instance.exports["run"] as (arena: number) => void;
  const keepUp = preparation(instance.exports["prepare"] as (arena: number) => void, lowered, slotOf);
  const written = program.updates.map(([leaf]) => slotOf(leaf));
  const bufferSlot = (node: Node, buffer: Buffer): Slot => {
    const { base, bytes } = placementOf(buffer);
    return memory.slot(node.type, base === "arena" ? () => memory.arena + bytes : () => bytes);
  };
  return {
    inputs: program.inputs.map((node, i) => bufferSlot(node, lowered.inputs[i]!)),
    outputs: program.outputs.map((node, i) => bufferSlot(node, lowered.outputs[i]!)),
    run: () => {
      keepUp(memory.arena);
      // Before anything is written: a run that fails may have written some.
      for (let i = 0; i < written.length; i++) written[i]!.version!++;
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
      hostOps: hostOpsOf(program),
    },
  };
}

/** Ops that are computed by their reference, as wholes or element by element. */
function hostOpsOf({ outputs, updates }: Program): string[] {
  const nodes = blocksOf([...outputs, ...updates.map(([, value]) => value)]).flat();
  return [...new Set(nodes.flatMap(({ op }) => ("emit" in op && op.emit === "host" ? [op.name] : [])))].sort();
}

/** Room for constants, which are written, and for what is kept of leaves. */
function placeOwnBuffers(
  buffers: readonly Buffer[],
  memory: RuntimeMemory,
  owned: Region[],
): ReadonlyMap<number, Region> {
  const regions = new Map<number, Region>();
  for (const { id, place, dtype, size } of buffers) {
    if (place.kind !== "constant" && place.kind !== "kept") continue;
    const bytes = size * elementBytes(dtype);
    const region = { address: memory.allocate(bytes), bytes };
    owned.push(region);
    regions.set(id, region);
    if (place.kind === "constant") view(dtype, memory.memory.buffer, region.address, size).set(place.value.data);
  }
  return regions;
}

/** Makes what is kept of leaves anew if one of those was written since. */
function preparation(
  prepare: (arena: number) => void,
  { preparation: statements }: LoopProgram,
  slotOf: (leaf: Node) => Slot,
): (arena: number) => void {
  const read = new Set(statements.flatMap((statement) => [...accessesOf(statement).reads]));
  const watched = [...read].flatMap(({ place }) => (place.kind === "leaf" ? [slotOf(place.leaf)] : []));
  const seen = watched.map(() => -1);
  return (arena) => {
    let isStale = false;
    for (let i = 0; i < watched.length; i++) {
      const { version } = watched[i]!;
      if (version === seen[i]) continue;
      seen[i] = version!;
      isStale = true;
    }
    if (isStale) prepare(arena);
  };
}
