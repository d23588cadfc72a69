/** The whole text of a kernel: equal texts do the same, and are emitted once. */
import type { Kernel } from "./kernel.js";
import type { HostFunction, LaneExpression } from "./lane-expression.js";
import type { Access, LoopNest, Store } from "./loop-nest.js";

/** A kernel as text: settings of products, loops with numbered expressions. */
export function printKernel(kernel: Kernel): string {
  return kernel.kind === "loop-nest" ? printNest(kernel) : JSON.stringify(kernel);
}

const hostNumbers = new WeakMap<HostFunction, number>();
let hostCount = 0;

function printNest({ shape, operands, stores }: LoopNest): string {
  const numbers = new Map<LaneExpression, number>();
  const lines = [`for [${shape.join(", ")}] over ${operands.join(", ")}`];
  const visit = (root: LaneExpression): number => {
    const stack = [root];
    for (let one = stack.at(-1); one !== undefined; one = stack.at(-1)) {
      const open = partsOf(one).filter((part) => !numbers.has(part));
      if (open.length > 0 && !numbers.has(one)) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      if (numbers.has(one)) continue;
      numbers.set(one, numbers.size);
      lines.push(`  $${numbers.get(one)!} = ${printExpression(one, numbers)}`);
    }
    return numbers.get(root)!;
  };
  for (const store of stores) {
    const value = visit(store.value);
    for (const { index } of store.access.indirect) visit(index);
    lines.push(`  ${printAccess(store.access, numbers)} ${printMode(store)} $${value}`);
  }
  return lines.join("\n");
}

function partsOf(expression: LaneExpression): readonly LaneExpression[] {
  if (expression.kind === "load") return expression.access.indirect.map(({ index }) => index);
  return expression.kind === "operation" || expression.kind === "host" ? expression.inputs : [];
}

function printExpression(expression: LaneExpression, numbers: ReadonlyMap<LaneExpression, number>): string {
  const { dtype } = expression;
  switch (expression.kind) {
    case "constant":
      return `${dtype} ${Object.is(expression.value, -0) ? "-0" : String(expression.value)}`;
    case "index":
      return `index ${expression.axis}`;
    case "load":
      return `${dtype} ${printAccess(expression.access, numbers)}`;
    case "operation":
      return `${dtype} ${expression.operation}(${references(expression.inputs, numbers)})${expression.bits === 0 ? "" : ` by ${expression.bits}`}`;
    case "host":
      return `${dtype} host#${numberOf(expression.function)}(${references(expression.inputs, numbers)})`;
  }
}

function references(inputs: readonly LaneExpression[], numbers: ReadonlyMap<LaneExpression, number>): string {
  return inputs.map((input) => `$${numbers.get(input)!}`).join(", ");
}

function printAccess(
  { operand, constant, strides, indirect }: Access,
  numbers: ReadonlyMap<LaneExpression, number>,
): string {
  const through = indirect
    .map(({ index, stride, extent }) => ` + $${numbers.get(index)!}<${extent} · ${stride}`)
    .join("");
  return `p${operand}[${constant} + (${strides.join(", ")})${through}]`;
}

function printMode({ mode }: Store): string {
  if (mode.kind === "set") return "=";
  return mode.kind === "accumulate" ? "+=" : `${mode.combine} from ${mode.identity}`;
}

function numberOf(f: HostFunction): number {
  let number = hostNumbers.get(f);
  if (number === undefined) hostNumbers.set(f, (number = hostCount++));
  return number;
}
