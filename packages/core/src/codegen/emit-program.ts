/** A loop program as a WebAssembly module: every kernel once, and a function that calls them in order. */
import type { Node } from "../graph/node.js";
import { emitKernel } from "./emit-kernel.js";
import type { HostFunction } from "./lane-expression.js";
import { hostFunctionsOf, type KernelImports } from "./kernel-imports.js";
import type { Address, Buffer, HostCall, Call, LoopId, LoopProgram, Statement } from "./loop-program.js";
import { elementBytes } from "./plan/memory-plan.js";
import { hasIndirect } from "./nests/emit-loop-nest.js";
import { printKernel } from "./print-kernel.js";
import type { FunctionBuilder, FunctionReference, Local } from "./wasm/function-builder.js";
import type { ValueType } from "./wasm/instructions.js";
import { ModuleBuilder } from "./wasm/module-builder.js";
import type { Target } from "./wasm/target.js";

/** Where a buffer is: so many bytes from the start of the arena, or at a fixed place in memory. */
export interface Placement {
  readonly base: "arena" | "memory";
  readonly bytes: number;
}

/** A module and what it needs from its host. */
export interface EmittedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Functions called for elements, imported as `lane0`, `lane1`, … */
  readonly laneFunctions: readonly HostFunction[];
  /** Nodes computed on the host: `call(number, pointer…)`. */
  readonly hostCalls: readonly HostCall[];
  /** Nodes that errors speak of, by the number that kernels are given. */
  readonly sites: readonly Node[];
  /** Different kernels, and calls of them in the text of the program. */
  readonly kernels: number;
  readonly calls: number;
}

/** Statements per function: engines compile a function as a whole. */
const LONGEST_FUNCTION = 400;

/** The module: exports `run(arena)`. */
export function emitProgram(
  program: LoopProgram,
  placementOf: (buffer: Buffer) => Placement,
  target: Target,
): EmittedProgram {
  const calls = collectCalls(program.statements);
  const module = new ModuleBuilder();
  const imports = declareImports(module, calls);
  const kernels = new Map<string, FunctionReference>();
  for (const call of calls) {
    if (call.kind === "host-call") continue;
    const key = printKernel(call.kernel);
    let emitted = kernels.get(key);
    if (emitted === undefined) {
      emitted = emitKernel(call.kernel, module, target, imports.kernel);
      kernels.set(key, emitted);
    }
    imports.functions.set(call, emitted);
  }
  const emission: Emission = { placementOf, ...imports, sites: [], siteNumbers: new Map() };
  const parts: FunctionReference[] = [];
  for (let start = 0; start < program.statements.length; start += LONGEST_FUNCTION) {
    const statements = program.statements.slice(start, start + LONGEST_FUNCTION);
    parts.push(
      module.addFunction({ parameters: ["i32"], results: [] }, (f) => {
        emitStatements(f, statements, new Map(), emission);
      }),
    );
  }
  const run = module.addFunction({ parameters: ["i32"], results: [] }, (f) => {
    for (const part of parts) f.get(f.parameters[0]!).call(part);
  });
  module.exportFunction("run", run);
  return {
    bytes: module.finish(),
    laneFunctions: imports.laneFunctions,
    hostCalls: imports.hostCalls,
    sites: emission.sites,
    kernels: kernels.size,
    calls: calls.length,
  };
}

interface Imports {
  readonly kernel: KernelImports;
  readonly laneFunctions: readonly HostFunction[];
  readonly hostCalls: readonly HostCall[];
  /** What each statement calls. */
  readonly functions: Map<Call | HostCall, FunctionReference>;
}

interface Emission extends Imports {
  readonly placementOf: (buffer: Buffer) => Placement;
  readonly sites: Node[];
  readonly siteNumbers: Map<Node, number>;
}

function collectCalls(statements: readonly Statement[]): (Call | HostCall)[] {
  return statements.flatMap((statement) => (statement.kind === "loop" ? collectCalls(statement.body) : [statement]));
}

function declareImports(module: ModuleBuilder, calls: readonly (Call | HostCall)[]): Imports {
  const lanes = new Map<HostFunction, FunctionReference>();
  const functions = new Map<Call | HostCall, FunctionReference>();
  const hostCalls: HostCall[] = [];
  const integers = (count: number): ValueType[] => new Array<ValueType>(count).fill("i32");
  const fail = module.importFunction("fail", { parameters: integers(4), results: [] });
  const byArity = new Map<number, FunctionReference>();
  for (const call of calls) {
    if (call.kind === "host-call") {
      const arity = call.operands.length;
      const known =
        byArity.get(arity) ?? module.importFunction(`call${arity}`, { parameters: integers(arity + 1), results: [] });
      byArity.set(arity, known);
      functions.set(call, known);
      hostCalls.push(call);
    } else if (call.kernel.kind === "loop-nest") {
      for (const lane of hostFunctionsOf(call.kernel)) {
        if (lanes.has(lane)) continue;
        const parameters = new Array<ValueType>(Math.max(lane.length, 1)).fill("f64");
        lanes.set(lane, module.importFunction(`lane${lanes.size}`, { parameters, results: ["f64"] }));
      }
    }
  }
  return { kernel: { host: (f) => lanes.get(f)!, fail }, laneFunctions: [...lanes.keys()], hostCalls, functions };
}

/** The calls, with loops around them; counters of the loops by identity. */
function emitStatements(
  f: FunctionBuilder,
  statements: readonly Statement[],
  counters: ReadonlyMap<LoopId, Local>,
  emission: Emission,
): void {
  for (const statement of statements) {
    if (statement.kind !== "loop") {
      emitCall(f, statement, counters, emission);
      continue;
    }
    const counter = f.local("i32");
    f.count(counter, statement.count, 1, () => {
      emitStatements(f, statement.body, new Map([...counters, [statement.id, counter]]), emission);
    });
    f.free(counter);
  }
}

function emitCall(
  f: FunctionBuilder,
  call: Call | HostCall,
  counters: ReadonlyMap<LoopId, Local>,
  emission: Emission,
): void {
  if (call.kind === "host-call") f.i32(emission.hostCalls.indexOf(call));
  for (const operand of call.operands) emitAddress(f, operand, counters, emission);
  if (call.kind === "call" && call.kernel.kind === "loop-nest" && hasIndirect(call.kernel))
    f.i32(siteOf(call.node, emission));
  f.call(emission.functions.get(call)!);
}

function emitAddress(
  f: FunctionBuilder,
  { buffer, offset, terms }: Address,
  counters: ReadonlyMap<LoopId, Local>,
  { placementOf }: Emission,
): void {
  const { base, bytes } = placementOf(buffer);
  const size = elementBytes(buffer.dtype);
  const start = bytes + offset * size;
  if (base === "memory") f.i32(start);
  else {
    f.get(f.parameters[0]!);
    if (start !== 0) f.i32(start).op("i32.add");
  }
  for (const { loop, stride } of terms) {
    if (stride === 0) continue;
    f.get(counters.get(loop)!)
      .i32(stride * size)
      .op("i32.mul")
      .op("i32.add");
  }
}

function siteOf(node: Node, { sites, siteNumbers }: Emission): number {
  let number = siteNumbers.get(node);
  if (number === undefined) {
    number = sites.push(node) - 1;
    siteNumbers.set(node, number);
  }
  return number;
}
