/** What compiled code calls: functions of elements, nodes computed or looked at on the host, errors, the clock. */
import { arityOf, type EmittedProgram } from "../../codegen/emit-program.js";
import type { Check, HostCall } from "../../codegen/loop-program.js";
import { indexWordsOf, nodeAtRunTime } from "../../graph/index-range.js";
import { scanBodyOf } from "../../graph/scan-body.js";
import { checkIndices } from "../../graph/check-indices.js";
import { NdArray } from "../../tensor/nd-array.js";
import { sizeOf } from "../../tensor/shape.js";
import { elementBytes } from "../../codegen/plan/memory-plan.js";
import { checkFinite, type LyingValue, type RunningScan } from "../check-finite.js";
import type { Profiler } from "../profile.js";
import { view, type RuntimeMemory } from "./memory.js";

/** The imports of a program, by name. */
export function importsOf(
  emitted: EmittedProgram,
  memory: RuntimeMemory,
  profiler: Profiler | undefined,
): Record<string, unknown> {
  const imports: Record<string, unknown> = {
    memory: memory.memory,
    fail: (where: number, operand: number, pointer: number, size: number) => {
      const node = emitted.sites[where]!;
      const { shape } = node.inputs[operand]!;
      const data = view("i32", memory.memory.buffer, pointer >>> 0, sizeOf(shape));
      checkIndices(() => nodeAtRunTime(node), { data, shape }, size, indexWordsOf(node));
    },
    mark: (piece: number) => profiler?.mark(piece),
  };
  emitted.laneFunctions.forEach((f, i) => {
    imports[`lane${i}`] = f;
  });
  const call = (number: number, ...words: readonly number[]): void => {
    const statement = emitted.hostCalls[number]!;
    if (statement.kind === "check") look(statement, words, memory);
    else compute(statement, words, memory);
  };
  for (const statement of emitted.hostCalls) imports[`call${arityOf(statement)}`] = call;
  return imports;
}

function compute({ node }: HostCall, pointers: readonly number[], { memory: { buffer } }: RuntimeMemory): void {
  const { op, attrs } = node;
  const values = [...node.inputs, node].map(
    ({ type }, i) => new NdArray(type, view(type.dtype, buffer, pointers[i]! >>> 0, sizeOf(type.shape))),
  );
  if (op.kind === "general") op.reference(values.slice(0, -1), values.at(-1)!, attrs, () => nodeAtRunTime(node));
}

/** The words are the counters of the loops around the check, then where the values begin. */
function look({ node, loops, strides }: Check, words: readonly number[], { memory: { buffer } }: RuntimeMemory): void {
  const scans = loops.flatMap(({ scan }, i): RunningScan[] => {
    if (scan === undefined) return [];
    const { steps, reverse } = scanBodyOf(scan)!.step;
    return [{ scan, t: reverse ? steps - 1 - words[i]! : words[i]! }];
  });
  const [value, ...operands] = [node, ...node.inputs].map(({ dtype }, i): LyingValue => {
    const bytes = elementBytes(dtype);
    const data = view(dtype, buffer, 0, Math.floor(buffer.byteLength / bytes));
    return { data, offset: (words[loops.length + i]! >>> 0) / bytes, strides: strides[i]! };
  });
  checkFinite(node, value!, operands, scans);
}
