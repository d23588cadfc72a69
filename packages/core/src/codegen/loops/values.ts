/** The code of expressions. */
import { InternalError } from "../../errors.js";
import type { LaneExpression } from "../lane-expression.js";
import type { Local } from "../wasm/function-builder.js";
import { elementsOf } from "./addresses.js";
import type { Emission } from "./emission.js";

/** Leaves an expression's value for the vector of that number in the turn. */
export function pushValue(e: Emission, expression: LaneExpression, vector: number): void {
  const known = e.valueOf(expression, vector);
  if (known === undefined) writeValue(e, expression, vector);
  else e.f.get(known);
}

/** The local that holds an expression's value, computed now if it was not before. */
export function valueLocal(e: Emission, expression: LaneExpression, vector: number): Local {
  const known = e.valueOf(expression, vector);
  if (known !== undefined) return known;
  writeValue(e, expression, vector);
  const local = e.keep(expression, vector);
  e.f.set(local);
  return local;
}

/** Computes what is kept of the values that change with a loop, or never (-1): `isUniform` says which of them. */
export function computeKept(e: Emission, level: number, isUniform: boolean, vectors: readonly number[]): void {
  for (const expression of e.plan.expressions) {
    const fact = e.plan.facts.get(expression)!;
    if (!fact.isKept || fact.level !== level || fact.isUniform !== isUniform) continue;
    for (const vector of vectors) valueLocal(e, expression, vector);
  }
}

function writeValue(e: Emission, expression: LaneExpression, vector: number): void {
  const { f, code } = e;
  switch (expression.kind) {
    case "constant":
      code.constant(f, expression.dtype, expression.value);
      return;
    case "index":
      writeIndex(e, expression.axis, vector);
      return;
    case "load": {
      const elements = elementsOf(e, expression.access, vector);
      if (e.plan.facts.get(expression)!.isUniform) code.loadUniform(f, expression.dtype, elements.address);
      else code.load(f, elements);
      return;
    }
    case "operation":
      code.operation(f, expression, (input) => {
        pushValue(e, expression.inputs[input]!, vector);
      });
      return;
    case "host":
      writeHost(e, expression, vector);
      return;
    case "variable":
      throw new InternalError("writeValue", "a variable in a loop nest");
  }
}

function writeIndex({ f, code, plan, counters }: Emission, axis: number, vector: number): void {
  const position = plan.loops.findIndex((loop) => loop.axis === axis);
  const counter = counters[position];
  if (position < 0) {
    code.constant(f, "i32", 0);
    return;
  }
  if (counter === undefined) throw new InternalError("writeIndex", `no counter for axis ${axis}`);
  f.get(counter);
  if (position !== plan.vector) {
    code.splat(f);
    return;
  }
  if (vector > 0) f.i32(vector * code.width).op("i32.add");
  code.consecutive(f);
}

function writeHost(e: Emission, expression: LaneExpression & { readonly kind: "host" }, vector: number): void {
  const { f, code, imports, plan, block } = e;
  const { function: host, inputs, dtype } = expression;
  const arity = Math.max(host.length, 1);
  if (inputs.length !== arity)
    throw new InternalError("writeHost", `a function of ${arity} elements called with ${inputs.length}`);
  code.host(f, {
    target: imports.host(host),
    inputs: inputs.map((input) => valueLocal(e, input, vector)),
    inputTypes: inputs.map((input) => input.dtype),
    dtype,
    lanes: plan.facts.get(expression)!.isUniform ? 1 : block[vector]!,
  });
}
