/** A procedure, run step by step on arrays. */
import type { LaneExpression } from "../../../src/codegen/lane-expression.js";
import type { Procedure, Step } from "../../../src/codegen/procedure/procedure.js";
import { laneFunction } from "./lane-reference.js";

/** An operand's elements by their distance from its pointer. */
export interface Operand {
  readonly get: (at: number) => number;
  readonly set: (at: number, value: number) => void;
}

/** Runs a procedure; `isFused`: fma rounds once. */
export function runProcedure({ variables, steps }: Procedure, operands: readonly Operand[], isFused: boolean): void {
  const values = variables.map(() => NaN);
  const evaluate = (expression: LaneExpression): number => {
    switch (expression.kind) {
      case "constant":
        return expression.dtype === "f32" ? Math.fround(expression.value) : expression.value;
      case "variable": {
        const value = values[expression.number]!;
        return expression.dtype === "f32" ? Math.fround(value) : value;
      }
      case "operation":
        return laneFunction(expression, isFused)(...(expression.inputs.map(evaluate) as [number, number, number]));
      default:
        throw new Error(`${expression.kind} in a procedure`);
    }
  };
  const run = (step: Step): void => {
    switch (step.kind) {
      case "set":
        values[step.variable] = evaluate(step.value);
        break;
      case "add": {
        const sum = values[step.variable]! + evaluate(step.value);
        values[step.variable] = { f64: sum, f32: Math.fround(sum), i32: sum | 0, bool: NaN }[variables[step.variable]!];
        break;
      }
      case "load":
        values[step.variable] = operands[step.operand]!.get(evaluate(step.position));
        break;
      case "store":
        operands[step.operand]!.set(evaluate(step.position), evaluate(step.value));
        break;
      case "repeat":
        for (let i = 0; i < step.count; i++) {
          values[step.variable] = i;
          step.steps.forEach(run);
        }
        break;
      case "while":
        while (evaluate(step.condition) === 1) step.steps.forEach(run);
        break;
      case "if":
        (evaluate(step.condition) === 1 ? step.steps : step.otherwise).forEach(run);
    }
  };
  steps.forEach(run);
}
