/** Kernels as text: complete, so that two kernels with one text do the same. */
import type { Kernel, MatrixLayout } from "./kernel.js";
import type { HostFunction, LaneExpression } from "./lane-expression.js";
import type { Access, LoopNest, Store } from "./loop-nest.js";
import { expressionsOf } from "./loops/nest-expressions.js";
import { printProcedure } from "./procedure/print-procedure.js";

const hostNumbers = new WeakMap<HostFunction, number>();
let hostCount = 0;

/**
 * The text of a kernel. Operands are p0, p1, …, loop indices i0, i1, … Functions of the host are numbered as they are first
 * printed.
 */
export function printKernel(kernel: Kernel): string {
  switch (kernel.kind) {
    case "loop-nest":
      return printNest(kernel);
    case "procedure":
      return printProcedure(kernel);
    case "matmul": {
      const { rows, inner, columns, a, b, panels, c, init } = kernel;
      const packed = `packed into ${panels ?? "?"} panels`;
      return [
        `matmul [${rows}, ${inner}] × [${inner}, ${columns}]`,
        `  a ${printLayout(a)}`,
        `  b ${b === "packed" ? packed : printLayout(b)}`,
        `  c rows ${c}`,
        `  init ${init === undefined ? "none" : printLayout(init)}`,
      ].join("\n");
    }
    case "pack":
      return `pack [${kernel.inner}, ${kernel.columns}] ${printLayout(kernel.b)} into ${kernel.panels} panels`;
  }
}

function printLayout({ row, column }: MatrixLayout): string {
  return `rows ${row} columns ${column}`;
}

function printNest(nest: LoopNest): string {
  const operands = nest.operands.map((dtype, i) => `p${i}: ${dtype}`);
  const loops = nest.shape.map((extent, axis) => `i${axis} < ${extent}`);
  const names = new Map<LaneExpression, string>();
  const lines = [`for ${loops.join(", ") || "once"} over ${operands.join(", ")}`];
  for (const expression of expressionsOf(nest)) {
    const text = printExpression(expression, names);
    if (expression.kind === "constant" || expression.kind === "index") names.set(expression, text);
    else {
      const name = `%${lines.length - 1}`;
      names.set(expression, name);
      lines.push(`  ${name}: ${expression.dtype} = ${text}`);
    }
  }
  for (const { access, value, mode } of nest.stores)
    lines.push(`  ${printAccess(access, names)} ${printMode(mode)} ${names.get(value)!}`);
  return lines.join("\n");
}

function printExpression(expression: LaneExpression, names: ReadonlyMap<LaneExpression, string>): string {
  const list = (inputs: readonly LaneExpression[]): string => inputs.map((input) => names.get(input)!).join(", ");
  switch (expression.kind) {
    case "constant":
      return `${Object.is(expression.value, -0) ? "-0" : expression.value} ${expression.dtype}`;
    case "index":
      return `i${expression.axis}`;
    case "variable":
      return `v${expression.number}`;
    case "load":
      return printAccess(expression.access, names);
    case "operation": {
      const bits = expression.operation.startsWith("shift") ? `, ${expression.bits}` : "";
      return `${expression.operation}(${list(expression.inputs)}${bits})`;
    }
    case "host":
      return `host#${hostNumber(expression.function)}(${list(expression.inputs)})`;
  }
}

function printAccess(
  { operand, constant, strides, indirect }: Access,
  names: ReadonlyMap<LaneExpression, string>,
): string {
  const terms = strides.flatMap((stride, axis) => (stride === 0 ? [] : [`${stride} i${axis}`]));
  for (const { index, stride, extent } of indirect) terms.push(`${stride} (${names.get(index)!} < ${extent})`);
  return `p${operand}[${[constant, ...terms].join(" + ")}]`;
}

function printMode(mode: Store["mode"]): string {
  if (mode.kind === "set") return "=";
  if (mode.kind === "accumulate") return "+=";
  return `= ${mode.combine} from ${Object.is(mode.identity, -0) ? "-0" : mode.identity} of`;
}

function hostNumber(f: HostFunction): number {
  let number = hostNumbers.get(f);
  if (number === undefined) hostNumbers.set(f, (number = hostCount++));
  return number;
}
