/** A loop program as a WebAssembly module: every kernel once, and a function that calls them in order. */
import type { Node } from "../graph/node.js";
import { emitKernel } from "./emit-kernel.js";
import type { HostFunction } from "./lane-expression.js";
import { hostFunctionsOf, type KernelImports } from "./kernel-imports.js";
import type {
  Action,
  Address,
  Buffer,
  Call,
  Check,
  HostCall,
  Loop,
  LoopId,
  LoopProgram,
  Statement,
} from "./loop-program.js";
import { elementBytes } from "./plan/memory-plan.js";
import { hasIndirect } from "./loops/emit-loop-nest.js";
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
  /** Nodes computed or looked at on the host: `call2(number, pointer, pointer)`; a check's pointers follow its loops' counters. */
  readonly hostCalls: readonly (HostCall | Check)[];
  /** With marks, the statements that `mark(number)` is called after. */
  readonly marked: readonly Marked[];
  /** Nodes that errors speak of, by the number that kernels are given. */
  readonly sites: readonly Node[];
  /** Different kernels, and calls of them in the text of the program. */
  readonly kernels: number;
  readonly calls: number;
}

/** A statement that is timed, and the loops around it, outermost first. */
export interface Marked {
  readonly statement: Action;
  readonly loops: readonly Loop[];
}

/** How a program is emitted. */
export interface EmitOptions {
  /** The host is told after every statement, so that it can time them. */
  readonly marks?: boolean;
}

/** Statements per function: engines compile a function as a whole. */
const LONGEST_FUNCTION = 400;

/** The module: exports `run(arena)` and `prepare(arena)`. */
export function emitProgram(
  program: LoopProgram,
  placementOf: (buffer: Buffer) => Placement,
  target: Target,
  { marks = false }: EmitOptions = {},
): EmittedProgram {
  const calls = collectCalls([...program.preparation, ...program.statements]);
  const module = new ModuleBuilder();
  const imports = declareImports(module, calls, marks);
  const kernels = new Map<string, FunctionReference>();
  for (const call of calls) {
    if (call.kind !== "call") continue;
    const key = printKernel(call.kernel);
    let emitted = kernels.get(key);
    if (emitted === undefined) {
      emitted = emitKernel(call.kernel, module, target, imports.kernel);
      kernels.set(key, emitted);
    }
    imports.functions.set(call, emitted);
  }
  const emission: Emission = { placementOf, ...imports, sites: [], siteNumbers: new Map(), marked: [] };
  module.exportFunction("prepare", emitBlock(module, program.preparation, { ...emission, mark: undefined }));
  module.exportFunction("run", emitBlock(module, program.statements, emission));
  return {
    bytes: module.finish(),
    laneFunctions: imports.laneFunctions,
    hostCalls: imports.hostCalls,
    sites: emission.sites,
    marked: emission.marked,
    kernels: kernels.size,
    calls: calls.filter(({ kind }) => kind !== "check").length,
  };
}

/** A function of the arena's address that runs the statements. */
function emitBlock(module: ModuleBuilder, statements: readonly Statement[], emission: Emission): FunctionReference {
  const signature = { parameters: ["i32"], results: [] } as const;
  const parts: FunctionReference[] = [];
  for (let start = 0; start < statements.length; start += LONGEST_FUNCTION) {
    parts.push(
      module.addFunction(signature, (f) => {
        const part = statements.slice(start, start + LONGEST_FUNCTION);
        emitStatements(f, part, { counters: new Map(), loops: [] }, emission);
      }),
    );
  }
  return module.addFunction(signature, (f) => {
    for (const part of parts) f.get(f.parameters[0]!).call(part);
  });
}

/** How many numbers a call of the host is handed after its own: it is imported as `call` with that many. */
export function arityOf(call: HostCall | Check): number {
  return call.kind === "check" ? call.loops.length + call.operands.length - 1 : call.operands.length;
}

interface Imports {
  readonly kernel: KernelImports;
  readonly laneFunctions: readonly HostFunction[];
  readonly hostCalls: readonly (HostCall | Check)[];
  /** Their numbers. */
  readonly hostNumbers: ReadonlyMap<Action, number>;
  /** What each statement calls. */
  readonly functions: Map<Action, FunctionReference>;
  readonly mark: FunctionReference | undefined;
}

interface Emission extends Imports {
  readonly placementOf: (buffer: Buffer) => Placement;
  readonly sites: Node[];
  readonly siteNumbers: Map<Node, number>;
  readonly marked: Marked[];
}

/** The loops around a statement, and their counters. */
interface Around {
  readonly loops: readonly Loop[];
  readonly counters: ReadonlyMap<LoopId, Local>;
}

function collectCalls(statements: readonly Statement[]): Action[] {
  return statements.flatMap((statement) => (statement.kind === "loop" ? collectCalls(statement.body) : [statement]));
}

function declareImports(module: ModuleBuilder, calls: readonly Action[], marks: boolean): Imports {
  const lanes = new Map<HostFunction, FunctionReference>();
  const functions = new Map<Action, FunctionReference>();
  const hostCalls: (HostCall | Check)[] = [];
  const hostNumbers = new Map<Action, number>();
  const integers = (count: number): ValueType[] => new Array<ValueType>(count).fill("i32");
  const fail = module.importFunction("fail", { parameters: integers(4), results: [] });
  const mark = marks ? module.importFunction("mark", { parameters: integers(1), results: [] }) : undefined;
  const byArity = new Map<number, FunctionReference>();
  for (const call of calls) {
    if (call.kind !== "call") {
      const arity = arityOf(call);
      const known =
        byArity.get(arity) ?? module.importFunction(`call${arity}`, { parameters: integers(arity + 1), results: [] });
      byArity.set(arity, known);
      functions.set(call, known);
      hostNumbers.set(call, hostCalls.push(call) - 1);
    } else if (call.kernel.kind === "loop-nest") {
      for (const lane of hostFunctionsOf(call.kernel)) {
        if (lanes.has(lane)) continue;
        const parameters = new Array<ValueType>(Math.max(lane.length, 1)).fill("f64");
        lanes.set(lane, module.importFunction(`lane${lanes.size}`, { parameters, results: ["f64"] }));
      }
    }
  }
  return {
    kernel: { host: (f) => lanes.get(f)!, fail },
    laneFunctions: [...lanes.keys()],
    hostCalls,
    hostNumbers,
    functions,
    mark,
  };
}

/** The calls, with loops around them; counters of the loops by identity. */
function emitStatements(
  f: FunctionBuilder,
  statements: readonly Statement[],
  { counters, loops }: Around,
  emission: Emission,
): void {
  for (const statement of statements) {
    if (statement.kind !== "loop") {
      if (statement.kind === "check") emitCheck(f, statement, counters, emission);
      else emitCall(f, statement, counters, emission);
      if (emission.mark !== undefined) f.i32(emission.marked.push({ statement, loops }) - 1).call(emission.mark);
      continue;
    }
    const counter = f.local("i32");
    f.count(counter, statement.count, 1, () => {
      const around = { counters: new Map([...counters, [statement.id, counter]]), loops: [...loops, statement] };
      emitStatements(f, statement.body, around, emission);
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
  if (call.kind === "host-call") f.i32(emission.hostNumbers.get(call)!);
  for (const operand of call.operands) emitAddress(f, operand, counters, emission);
  if (call.kind === "call" && call.kernel.kind === "loop-nest" && hasIndirect(call.kernel))
    f.i32(siteOf(call.node, emission));
  f.call(emission.functions.get(call)!);
}

/** The host is asked only if the number is not 0, as NaN is not. */
function emitCheck(f: FunctionBuilder, check: Check, counters: ReadonlyMap<LoopId, Local>, emission: Emission): void {
  const [flag, ...shown] = check.operands;
  emitAddress(f, flag!, counters, emission);
  f.memory("f32.load")
    .f32(0)
    .op("f32.ne")
    .if(() => {
      f.i32(emission.hostNumbers.get(check)!);
      for (const loop of check.loops) f.get(counters.get(loop)!);
      for (const operand of shown) emitAddress(f, operand, counters, emission);
      f.call(emission.functions.get(check)!);
    });
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
