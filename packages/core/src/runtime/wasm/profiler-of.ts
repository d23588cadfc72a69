/** The parts of an emitted program that are timed: one per statement. */
import { kernelFlops } from "../../codegen/count-flops.js";
import type { EmittedProgram } from "../../codegen/emit-program.js";
import type { Action, Loop } from "../../codegen/loop-program.js";
import { describeKernel } from "../../codegen/print-program.js";
import { Profiler } from "../profile.js";

/** A profiler whose pieces have the numbers that the program marks them with. */
export function profilerOf({ marked }: EmittedProgram): Profiler {
  const profiler = new Profiler();
  const nameOf = ({ id: { scan, name }, count }: Loop): string =>
    scan === undefined ? `${name} ×${count}` : profiler.nameOf(scan);
  for (const { statement, loops } of marked) {
    profiler.add({
      kernel: kernelOf(statement),
      node: statement.node,
      path: loops.map(nameOf),
      flops: statement.kind === "call" ? kernelFlops(statement.kernel) : 0,
    });
  }
  return profiler;
}

function kernelOf(statement: Action): string {
  if (statement.kind === "call") return describeKernel(statement.kernel);
  return statement.kind === "check" ? "check" : `host ${statement.node.op.name}`;
}
