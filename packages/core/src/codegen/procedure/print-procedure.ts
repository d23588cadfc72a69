/** Procedures as text: complete, so that two with one text do the same. */
import type { LaneExpression } from "../lane-expression.js";
import type { Procedure, Step } from "./procedure.js";

/** Operands are p0, p1, …, variables v0, v1, … */
export function printProcedure({ operands, variables, steps }: Procedure): string {
  const declared = [...operands.map((dtype, i) => `p${i}: ${dtype}`), ...variables.map((type, i) => `v${i}: ${type}`)];
  return [`procedure over ${declared.join(", ")}`, ...printSteps(steps, "  ")].join("\n");
}

function printSteps(steps: readonly Step[], indent: string): string[] {
  return steps.flatMap((step) => {
    const block = (head: string, inside: readonly Step[]): string[] => [
      `${indent}${head}`,
      ...printSteps(inside, `${indent}  `),
    ];
    switch (step.kind) {
      case "set":
        return [`${indent}v${step.variable} = ${print(step.value)}`];
      case "add":
        return [`${indent}v${step.variable} += ${print(step.value)}`];
      case "load":
        return [`${indent}v${step.variable} = p${step.operand}[${print(step.position)}]`];
      case "store":
        return [`${indent}p${step.operand}[${print(step.position)}] = ${print(step.value)}`];
      case "repeat":
        return block(`for v${step.variable} < ${step.count}`, step.steps);
      case "while":
        return block(`while ${print(step.condition)}`, step.steps);
      case "if":
        return [
          ...block(`if ${print(step.condition)}`, step.steps),
          ...(step.otherwise.length > 0 ? block("else", step.otherwise) : []),
        ];
    }
  });
}

function print(expression: LaneExpression): string {
  switch (expression.kind) {
    case "constant":
      return `${Object.is(expression.value, -0) ? "-0" : expression.value} ${expression.dtype}`;
    case "variable":
      return `v${expression.number}`;
    case "operation": {
      const operands = expression.inputs.map(print);
      if (expression.operation.startsWith("shift")) operands.push(String(expression.bits));
      return `${expression.operation}(${operands.join(", ")})`;
    }
    case "index":
    case "load":
    case "host":
      return expression.kind;
  }
}
