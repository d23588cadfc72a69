/** Another optimizer for each group of parameters. */
import { GraphError, type FloatNode, type Update } from "@unfold/core";
import { makeOptimizer, type Optimizer } from "./optimizer.js";

/** Parameters and what trains them. */
export interface ParameterGroup {
  /** The group's parameters; all that no other group has unless given, for one group at most. */
  readonly parameters?: readonly FloatNode[];
  readonly optimizer: Optimizer;
}

/**
 * An optimizer that trains each group of parameters with an optimizer of its own. Limits of gradients apply to all
 * groups together. Optimizers of one kind need different names.
 *
 * @throws GraphError GROUP_OVERLAP if a parameter is in two groups, or two groups take the rest. GraphError NO_GROUP, from minimize and apply, if a parameter is in none; OPTIMIZER_NAME_TWICE if two optimizers keep state under one name.
 * @example
 * const [w, b] = [param("w", 2), param("b", 1)];
 * const optimizer = parameterGroups([
 *   { parameters: [b], optimizer: sgd({ learningRate: 0.5 }) },
 *   { optimizer: sgd({ name: "slow", learningRate: 0.25 }) },
 * ]);
 * optimizer.minimize(mul(w, b)).map(([, next]) => evaluate(next).item()); // → [0, 1.75]
 */
export function parameterGroups(groups: readonly ParameterGroup[]): Optimizer {
  checkGroups(groups);
  const rest = groups.findIndex(({ parameters }) => parameters === undefined);
  return makeOptimizer((parameters, gradients) => {
    const indexOf = parameters.map((parameter) => {
      const named = groups.findIndex((group) => group.parameters?.includes(parameter));
      const index = named === -1 ? rest : named;
      if (index === -1) throw withoutGroup(parameter);
      return index;
    });
    const updates = groups.flatMap(({ optimizer }, index) => {
      const isOwn = (_: FloatNode, i: number): boolean => indexOf[i] === index;
      const own = parameters.filter(isOwn);
      return own.length === 0 ? [] : optimizer.apply(own, gradients.filter(isOwn));
    });
    checkStates(updates);
    return updates;
  });
}

/** State of two optimizers must not meet in one path. */
function checkStates(updates: readonly Update[]): void {
  const owners = new Map<string, Update[0]>();
  for (const [target] of updates) {
    if (target.label === undefined) continue;
    const other = owners.get(target.label) ?? target;
    if (other !== target) throw nameTwice(target.label);
    owners.set(target.label, target);
  }
}

function checkGroups(groups: readonly ParameterGroup[]): void {
  const named = groups.flatMap(({ parameters }) => parameters ?? []);
  const twice = named.find((parameter, i) => named.indexOf(parameter) !== i);
  const takers = groups.filter(({ parameters }) => parameters === undefined).length;
  if (twice === undefined && takers <= 1) return;
  throw new GraphError({
    code: "GROUP_OVERLAP",
    where: "parameterGroups(groups)",
    rule: "a parameter must be in one group",
    got: twice === undefined ? `${takers} groups that take the rest` : `${twice.toString()} in two`,
  });
}

function nameTwice(path: string): GraphError {
  return new GraphError({
    code: "OPTIMIZER_NAME_TWICE",
    where: "parameterGroups(groups)",
    rule: "optimizers of one kind must have different names",
    got: `two that keep "${path}"`,
    fix: "Give one a name: adam({ name })",
    details: { path },
  });
}

function withoutGroup(parameter: FloatNode): GraphError {
  return new GraphError({
    code: "NO_GROUP",
    where: "parameterGroups(groups)",
    rule: "every parameter must be in a group",
    got: `${parameter.toString()} in none`,
    fix: "Add a group without `parameters`, which takes the rest; or name what to train: minimize(loss, { parameters })",
  });
}
