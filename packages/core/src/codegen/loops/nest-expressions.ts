/** The expressions of a loop nest in the order in which they can be computed. */
import type { LaneExpression } from "../lane-expression.js";
import type { Access, LoopNest } from "../loop-nest.js";

/** What an expression is computed from; a load from the indices that it reads at. */
export function inputsOf(expression: LaneExpression): readonly LaneExpression[] {
  switch (expression.kind) {
    case "constant":
    case "index":
    case "variable":
      return [];
    case "load":
      return indicesOf(expression.access);
    case "operation":
    case "host":
      return expression.inputs;
  }
}

/** The indices that an access reads elsewhere. */
export function indicesOf({ indirect }: Access): readonly LaneExpression[] {
  return indirect.map(({ index }) => index);
}

const knownExpressions = new WeakMap<LoopNest, readonly LaneExpression[]>();
const knownAccesses = new WeakMap<LoopNest, readonly Access[]>();

/** All expressions of a nest, each once, after those it is computed from: depth first, store by store. */
export function expressionsOf(nest: LoopNest): readonly LaneExpression[] {
  let known = knownExpressions.get(nest);
  if (known === undefined) knownExpressions.set(nest, (known = orderExpressions(nest)));
  return known;
}

function orderExpressions({ stores }: LoopNest): readonly LaneExpression[] {
  const entered = new Set<LaneExpression>();
  const order: LaneExpression[] = [];
  const stack: { readonly expression: LaneExpression; readonly inputs: readonly LaneExpression[]; next: number }[] = [];
  const enter = (expression: LaneExpression): void => {
    if (entered.has(expression)) return;
    entered.add(expression);
    stack.push({ expression, inputs: inputsOf(expression), next: 0 });
  };
  for (const { access, value } of stores) {
    for (const root of [...indicesOf(access), value]) {
      enter(root);
      for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
        const input = frame.inputs[frame.next++];
        if (input !== undefined) enter(input);
        else {
          stack.pop();
          order.push(frame.expression);
        }
      }
    }
  }
  return order;
}

/** Where a nest reads and writes: the stores' accesses, then the loads'. */
export function accessesOf(nest: LoopNest): readonly Access[] {
  let known = knownAccesses.get(nest);
  if (known === undefined) {
    const loads = expressionsOf(nest).flatMap((expression) => (expression.kind === "load" ? [expression.access] : []));
    knownAccesses.set(nest, (known = [...nest.stores.map(({ access }) => access), ...loads]));
  }
  return known;
}

/** The axes whose index is an expression. */
export function countedAxes(nest: LoopNest): ReadonlySet<number> {
  return new Set(expressionsOf(nest).flatMap((expression) => (expression.kind === "index" ? [expression.axis] : [])));
}
