/** The lines of a tensor along one axis, in compiled code. */
import type { Lane, ProcedureEmitter } from "../../graph/emitter.js";
import { sizeOf, type Shape } from "../../tensor/shape.js";

/** One line. */
export interface LineEmitter {
  /** How many elements it has. */
  readonly count: number;
  /** Its number, row-major. */
  readonly line: Lane;
  /** Where its i-th element is. */
  readonly at: (i: Lane) => Lane;
}

/** Runs `body` for every line along the axis, in the order of `forEachLine`. */
export function eachLine(p: ProcedureEmitter, shape: Shape, axis: number, body: (line: LineEmitter) => void): void {
  const count = shape[axis]!;
  const stride = sizeOf(shape.slice(axis + 1));
  const times = (a: Lane, factor: number): Lane => p.mul(a, p.constant(factor, "i32"));
  p.repeat(sizeOf(shape.slice(0, axis)), (block) => {
    p.repeat(stride, (inner) => {
      const start = p.variable(p.add(times(block, count * stride), inner));
      body({ count, line: p.add(times(block, stride), inner), at: (i) => p.add(start, times(i, stride)) });
    });
  });
}
