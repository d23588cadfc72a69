/** Equal computations done once. Nodes are numbered by op, attributes and the numbers of their inputs. */
import type { Node } from "../graph/node.js";
import type { AnyOp, Attrs, AttrValue } from "../graph/op.js";
import { isScanBody, type ScanBody } from "../graph/scan-body.js";
import { topologicalOrder } from "../graph/walk.js";
import { NdArray } from "../tensor/nd-array.js";
import { formatType } from "../tensor/tensor-type.js";
import { commutativeOps } from "./commutative.js";
import { rebuild, type Pass } from "./pass.js";

/** Larger arrays are compared by identity: reading them costs more than a second copy. */
const LARGEST_COMPARED = 64;

/**
 * Merges nodes of one op object with equal attributes and inputs; inputs of commutative ops in either order. Of leaves,
 * only equal constants are merged; nodes that hold functions are not. The first node stays, or the first with a name.
 */
export const eliminateCommon: Pass = {
  name: "eliminate-common",
  run: (results) => {
    const order = topologicalOrder(results);
    const { numbers, representatives } = numberNodes(order);
    const kept = new Map<number, Node>();
    const lookUp = (node: Node): Node => kept.get(numbers.get(node)!)!;
    for (const node of order) {
      const number = numbers.get(node)!;
      if (!kept.has(number)) kept.set(number, rebuild(representatives[number]!, lookUp));
    }
    return results.map(lookUp);
  },
};

/** Equal numbers for equal nodes, and which node of each number stays. */
function numberNodes(order: readonly Node[]): {
  readonly numbers: ReadonlyMap<Node, number>;
  readonly representatives: readonly Node[];
} {
  const numbers = new Map<Node, number>();
  const representatives: Node[] = [];
  const byKey = new Map<string, number>();
  const identify = identities();
  for (const node of order) {
    const key = keyOf(node, numbers, identify);
    let number = key === undefined ? undefined : byKey.get(key);
    if (number === undefined) {
      number = representatives.push(node) - 1;
      if (key !== undefined) byKey.set(key, number);
    } else if (representatives[number]!.label === undefined && node.label !== undefined) {
      representatives[number] = node;
    }
    numbers.set(node, number);
  }
  return { numbers, representatives };
}

/** What equal nodes have in common; undefined for a node that equals only itself. */
function keyOf(
  { op, inputs, attrs }: Node,
  numbers: ReadonlyMap<Node, number>,
  identify: (object: AnyOp | NdArray | ScanBody) => number,
): string | undefined {
  if (op.kind === "leaf" && op.role !== "constant") return undefined;
  const settings = attrsKey(attrs, identify);
  if (settings === undefined) return undefined;
  const operands = inputs.map((input) => numbers.get(input)!);
  if (commutativeOps.has(op)) operands.sort((a, b) => a - b);
  return `${identify(op)}(${operands.join(",")})${settings}`;
}

function attrsKey(attrs: Attrs, identify: (object: NdArray | ScanBody) => number): string | undefined {
  const entries: string[] = [];
  for (const name in attrs) {
    const value = attrs[name];
    if (typeof value === "function") return undefined;
    if (value !== undefined) entries.push(`${name}:${valueKey(value, identify)}`);
  }
  return entries.length > 1 ? entries.sort().join(";") : (entries[0] ?? "");
}

function valueKey(
  value: Exclude<AttrValue, undefined | ((...args: never) => unknown)>,
  identify: (object: NdArray | ScanBody) => number,
): string {
  if (value instanceof NdArray)
    return value.data.length > LARGEST_COMPARED
      ? `#${identify(value)}`
      : `${formatType(value.type)}${Array.from(value.data, numberKey).join(",")}`;
  if (isScanBody(value)) return `#${identify(value)}`;
  if (typeof value === "number") return numberKey(value);
  return typeof value === "object" ? `[${value.map(numberKey).join(",")}]` : JSON.stringify(value);
}

/** As text, every number is itself but -0. */
function numberKey(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Numbers for objects compared by identity. */
function identities(): (object: AnyOp | NdArray | ScanBody) => number {
  const numbers = new Map<object, number>();
  return (object) => {
    const known = numbers.get(object);
    if (known !== undefined) return known;
    numbers.set(object, numbers.size);
    return numbers.size - 1;
  };
}
