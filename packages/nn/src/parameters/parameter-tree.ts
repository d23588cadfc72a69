/** Parameters as a named tree: what a layer, a cell or a whole model trains. */
import {
  checkArgument,
  checkKeys,
  describe,
  GraphError,
  Node,
  sizeOf,
  wrongArgument,
  type FloatNode,
} from "@unfold/core";

/** Parameters by name, or groups of them, to any depth. What is undefined is not there. */
export interface ParameterTree {
  readonly [name: string]: FloatNode | ParameterTree | undefined;
}

/**
 * The parameters of a tree by their paths, in the order of the tree. A parameter that several layers share stands once.
 *
 * The path is the parameter's own: the one that errors, pictures and checkpoints call it.
 *
 * @throws GraphError NOT_A_PARAMETER if a leaf of the tree is not a parameter; LEAF_PATH_TWICE if two have one path.
 * @example
 * const layer = dense({ name: "head", inputs: 3, units: 2, seed: 1 });
 * [...flattenParameters(layer.parameters).keys()]; // → ["head/weight", "head/bias"]
 */
export function flattenParameters(tree: ParameterTree): ReadonlyMap<string, FloatNode> {
  checkTree(tree, "the tree");
  const found = new Map<string, FloatNode>();
  for (const leaf of leavesOfTree(tree)) {
    const path = leaf.label!;
    const other = found.get(path);
    if (other !== undefined && other !== leaf) {
      throw new GraphError({
        code: "LEAF_PATH_TWICE",
        where: "flattenParameters(tree)",
        rule: "two parameters must have two paths",
        got: `two called "${path}"`,
        fix: "Give each layer a name of its own; to share a parameter, use the layer itself twice",
      });
    }
    found.set(path, leaf);
  }
  return found;
}

/**
 * How many numbers a tree holds; those of a shared parameter once.
 *
 * @throws GraphError as flattenParameters does.
 * @example
 * countParameters(dense({ inputs: 3, units: 2, seed: 1 }).parameters); // → 8
 */
export function countParameters(tree: ParameterTree): number {
  return [...flattenParameters(tree).values()].reduce((total, { shape }) => total + sizeOf(shape), 0);
}

/**
 * The parameters to train, with those of some parts frozen: for `minimize(loss, { parameters })`.
 *
 * @param options - except: the parts that stay as they are, parameters or trees of them
 * @throws GraphError NOT_IN_TREE if a frozen parameter is not in the tree; NO_PARAMETERS if nothing is left.
 * @example
 * const encoder = dense({ name: "encoder", inputs: 3, units: 2, seed: 1 });
 * const head = dense({ name: "head", inputs: 2, units: 1, seed: 2 });
 * const model = { encoder: encoder.parameters, head: head.parameters };
 * trainable(model, { except: [encoder.parameters] }).map(({ label }) => label); // → ["head/weight", "head/bias"]
 */
export function trainable(
  tree: ParameterTree,
  options: { readonly except?: readonly (FloatNode | ParameterTree)[] } = {},
): FloatNode[] {
  checkKeys("trainable(tree, options)", "options", options, { except: true });
  const all = [...flattenParameters(tree).values()];
  const frozen = new Set(flattenParameters(Object.fromEntries((options.except ?? []).entries())).values());
  const stranger = [...frozen].find((leaf) => !all.includes(leaf));
  const where = "trainable(tree, { except })";
  if (stranger !== undefined) {
    throw new GraphError({
      code: "NOT_IN_TREE",
      where,
      rule: "a frozen parameter must be in the tree",
      got: describe(stranger),
    });
  }
  const rest = all.filter((leaf) => !frozen.has(leaf));
  if (rest.length > 0) return rest;
  throw new GraphError({ code: "NO_PARAMETERS", where, rule: "at least one parameter must be left", got: "none" });
}

/** Layers are no trees, and the entries of a Map are not its keys. */
function checkTree(tree: unknown, here: string): void {
  const where = "flattenParameters(tree)";
  if (tree instanceof Map) throw wrongArgument(where, `${here} must be an object`, tree, "Object.fromEntries(map)");
  checkArgument(where, `${here} must be a parameter or a group of them`, tree, {
    fix: "Of a layer or cell take its parameters: layer.parameters",
  });
}

function* leavesOfTree(tree: ParameterTree, path = ""): Generator<FloatNode> {
  for (const [name, part] of Object.entries(tree)) {
    if (part === undefined) continue;
    const here = path === "" ? name : `${path}/${name}`;
    if (!(part instanceof Node)) {
      checkTree(part, here);
      yield* leavesOfTree(part, here);
    } else if (part.op.kind === "leaf" && part.op.role === "param") yield part;
    else {
      throw new GraphError({
        code: "NOT_A_PARAMETER",
        where: "flattenParameters(tree)",
        rule: "a leaf of the tree must be a parameter",
        got: `${part.op.name} ${describe(part)} at "${here}"`,
        fix: "Make it with param(path, initial)",
      });
    }
  }
}
