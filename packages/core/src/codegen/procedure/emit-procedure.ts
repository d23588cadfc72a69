/** A procedure as a WebAssembly function: the same on all targets. */
import { InternalError } from "../../errors.js";
import type { DType } from "../../tensor/dtype.js";
import type { LaneExpression } from "../lane-expression.js";
import { scalarCode } from "../loops/scalar-code.js";
import { scalarInstructions, scalarOperation } from "../loops/scalar-operations.js";
import { elementBytes } from "../plan/memory-plan.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Procedure, Step } from "./procedure.js";

/** The function of the operands' pointers. */
export function emitProcedure(procedure: Procedure, module: ModuleBuilder): FunctionReference {
  const parameters = procedure.operands.map(() => "i32" as const);
  return module.addFunction({ parameters, results: [] }, (f) => {
    const locals = procedure.variables.map((type) => f.local(type === "f64" ? type : scalarCode.type(type)));
    writeSteps({ f, procedure, locals }, procedure.steps);
  });
}

interface Emission {
  readonly f: FunctionBuilder;
  readonly procedure: Procedure;
  /** One per variable. */
  readonly locals: readonly Local[];
}

function writeSteps(e: Emission, steps: readonly Step[]): void {
  for (const step of steps) writeStep(e, step);
}

function writeStep(e: Emission, step: Step): void {
  const { f, locals, procedure } = e;
  switch (step.kind) {
    case "set":
      push(e, step.value);
      if (procedure.variables[step.variable] === "f64") f.op("f64.promote_f32");
      f.set(locals[step.variable]!);
      return;
    case "add":
      f.get(locals[step.variable]!);
      push(e, step.value);
      if (procedure.variables[step.variable] === "f64") f.op("f64.promote_f32").op("f64.add");
      else scalarInstructions(f, "add", step.value.dtype);
      f.set(locals[step.variable]!);
      return;
    case "load":
      scalarCode.load(f, elementAt(e, step.operand, step.position));
      f.set(locals[step.variable]!);
      return;
    case "store": {
      const value = f.local(scalarCode.type(step.value.dtype));
      push(e, step.value);
      f.set(value);
      scalarCode.store(f, elementAt(e, step.operand, step.position), value);
      f.free(value);
      return;
    }
    case "repeat":
      f.count(locals[step.variable]!, step.count, 1, () => {
        writeSteps(e, step.steps);
      });
      return;
    case "while":
      push(e, step.condition);
      f.if(() => {
        f.loop(({ exitIf }) => {
          writeSteps(e, step.steps);
          push(e, step.condition);
          exitIf();
        });
      });
      return;
    case "if":
      push(e, step.condition);
      f.if(
        () => {
          writeSteps(e, step.steps);
        },
        () => {
          writeSteps(e, step.otherwise);
        },
      );
  }
}

function elementAt(e: Emission, operand: number, position: LaneExpression): Parameters<typeof scalarCode.load>[1] {
  const dtype: DType = e.procedure.operands[operand]!;
  return {
    dtype,
    stride: 1,
    lanes: 1,
    address: () => {
      e.f.get(e.f.parameters[operand]!);
      push(e, position);
      e.f.i32(elementBytes(dtype)).op("i32.mul").op("i32.add");
      return 0;
    },
  };
}

/** Leaves an expression's value. */
function push(e: Emission, expression: LaneExpression): void {
  const { f, locals, procedure } = e;
  switch (expression.kind) {
    case "constant":
      scalarCode.constant(f, expression.dtype, expression.value);
      return;
    case "variable":
      f.get(locals[expression.number]!);
      if (procedure.variables[expression.number] === "f64") f.op("f32.demote_f64");
      return;
    case "operation":
      scalarOperation(f, expression, (input) => {
        push(e, expression.inputs[input]!);
      });
      return;
    case "index":
    case "load":
    case "host":
      throw new InternalError("emitProcedure", `an expression of kind ${expression.kind}`);
  }
}
