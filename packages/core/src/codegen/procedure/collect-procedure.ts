/** What a general op says through `ProcedureEmitter`, as a procedure. */
import type { Lane, ProcedureEmitter } from "../../graph/emitter.js";
import type { DType } from "../../tensor/dtype.js";
import { asExpression, expressionBuilder, type VariableExpression } from "../lane-expression.js";
import type { Procedure, Step } from "./procedure.js";

/** The procedure; the last operand is the output. */
export function collectProcedure(body: (e: ProcedureEmitter) => void, operands: readonly DType[]): Procedure {
  const builder = expressionBuilder();
  const variables: Procedure["variables"][number][] = [];
  const output = operands.length - 1;
  let steps: Step[] = [];
  const declare = (dtype: DType, storage: Procedure["variables"][number] = dtype): VariableExpression => ({
    kind: "variable",
    dtype,
    number: variables.push(storage) - 1,
  });
  const assign = (variable: VariableExpression, value: Lane): VariableExpression => {
    steps.push({ kind: "set", variable: variable.number, value: asExpression(value) });
    return variable;
  };
  const read = (operand: number, position: Lane): VariableExpression => {
    const variable = declare(operands[operand]!);
    steps.push({ kind: "load", variable: variable.number, operand, position: asExpression(position) });
    return variable;
  };
  const inside = (write: () => void): readonly Step[] => {
    const outer = steps;
    steps = [];
    write();
    const written = steps;
    steps = outer;
    return written;
  };
  body({
    ...builder,
    variable: (value) => assign(declare(value.dtype), value),
    total: (dtype) => assign(declare(dtype, dtype === "f32" ? "f64" : dtype), builder.constant(0, dtype)),
    set: (variable, value) => {
      assign(variable as VariableExpression, value);
    },
    addTo: (total, value) => {
      steps.push({ kind: "add", variable: (total as VariableExpression).number, value: asExpression(value) });
    },
    load: read,
    loadStored: (position) => read(output, position),
    store: (position, value) => {
      steps.push({
        kind: "store",
        operand: output,
        position: asExpression(position),
        value: asExpression(value),
      });
    },
    repeat: (count, write) => {
      const index = declare("i32");
      const own = inside(() => {
        write(index);
      });
      steps.push({ kind: "repeat", variable: index.number, count, steps: own });
    },
    while: (condition, write) => {
      steps.push({ kind: "while", condition: asExpression(condition), steps: inside(write) });
    },
    if: (condition, then, otherwise = () => undefined) => {
      steps.push({
        kind: "if",
        condition: asExpression(condition),
        steps: inside(then),
        otherwise: inside(otherwise),
      });
    },
  });
  return { kind: "procedure", operands, variables, steps };
}
