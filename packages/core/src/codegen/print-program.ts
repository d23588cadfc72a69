/** The text form of a loop program: one line per call, loops indented, for tests and for people who look at what is run. */
import type { Kernel } from "./kernel.js";
import type { LaneExpression } from "./lane-expression.js";
import type { Address, Buffer, LoopProgram, Statement } from "./loop-program.js";

/**
 * The program as text.
 *
 * `%3` is a buffer of the arena, `@path` a leaf's; `+ 8` an offset in elements, `+ 4 t0` a stride per iteration.
 */
export function printProgram({ statements, inputs, outputs }: LoopProgram): string {
  return [
    `inputs ${inputs.map(printBuffer).join(", ")}`,
    ...printStatements(statements, "  "),
    `outputs ${outputs.map(printBuffer).join(", ")}`,
  ].join("\n");
}

function printStatements(statements: readonly Statement[], indent: string): string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "loop")
      return [
        `${indent}for ${statement.id.name} < ${statement.count}`,
        ...printStatements(statement.body, `${indent}  `),
      ];
    if (statement.kind === "check")
      return [`${indent}check ${statement.operands.slice(0, 2).map(printAddress).join(", ")}`];
    const name = statement.kind === "host-call" ? `host ${statement.node.op.name}` : describeKernel(statement.kernel);
    const [written, read]: [string[], string[]] = [[], []];
    statement.operands.forEach((operand, i) => {
      (statement.writes.includes(i) ? written : read).push(printAddress(operand));
    });
    return [`${indent}${written.join(", ")} = ${name}(${read.join(", ")})`];
  });
}

/** `matmul 32×128×256`, `map [32, 128] 12 operations`. */
export function describeKernel(kernel: Kernel): string {
  if (kernel.kind === "matmul") return `matmul ${kernel.rows}×${kernel.inner}×${kernel.columns}`;
  if (kernel.kind === "procedure") return "procedure";
  if (kernel.kind === "pack") return `pack ${kernel.inner}×${kernel.columns}`;
  const kinds = new Set(kernel.stores.map(({ mode }) => mode.kind));
  const name = kinds.has("reduce") ? "reduce" : kinds.has("accumulate") ? "scatter" : "map";
  const operations = countOperations(kernel.stores.map(({ value }) => value));
  return `${name} [${kernel.shape.join(", ")}] ${operations} operations`;
}

/** Different operations of some expressions. */
function countOperations(roots: readonly LaneExpression[]): number {
  const seen = new Set<LaneExpression>();
  const stack = [...roots];
  let count = 0;
  for (let expression = stack.pop(); expression !== undefined; expression = stack.pop()) {
    if (seen.has(expression)) continue;
    seen.add(expression);
    if (expression.kind !== "operation" && expression.kind !== "host") continue;
    count++;
    stack.push(...expression.inputs);
  }
  return count;
}

function printAddress({ buffer, offset, terms }: Address): string {
  const parts = [printBuffer(buffer), ...(offset === 0 ? [] : [String(offset)])];
  return [...parts, ...terms.map(({ loop, stride }) => `${stride} ${loop.name}`)].join(" + ");
}

function printBuffer({ id, place }: Buffer): string {
  return place.kind === "leaf" ? `@${place.leaf.label ?? String(id)}` : `%${id}`;
}
