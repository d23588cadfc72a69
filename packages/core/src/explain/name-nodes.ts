/** Which nodes of a graph an explanation names, and what each of their elements is in terms of the others. */
import type { Node } from "../graph/node.js";
import type { NdArray } from "../tensor/nd-array.js";
import { sizeOf } from "../tensor/shape.js";
import { countAtoms, holdsFunction, isAtom } from "./build-formula.js";
import { elementNames, indexAt } from "./element-names.js";
import type { ElementName, ElementSymbol } from "./formula.js";
import { formulasOf, type ElementFormulas } from "./formulas-of.js";
import { isWrittenAsFunction } from "./op-notation.js";

/** A node with a name: a leaf, or a value computed from quantities. */
export interface NamedNode {
  readonly node: Node;
  /** One per element, row-major. */
  readonly symbols: readonly ElementSymbol[];
  /** One per element; undefined for leaves. */
  readonly definition: ElementFormulas | undefined;
}

/** What decides about names. */
interface NamingContext {
  readonly loss: Node;
  readonly wrt: readonly Node[];
  /** "quantities" names what has a label and what others share; "operations" the result of every operation. */
  readonly steps: "quantities" | "operations";
  readonly valueOf: (node: Node) => NdArray;
}

/** More numbers than a formula inside another one may hold. */
const LARGEST_INLINED = 16;

/** The nodes of the order that have names, in this order. */
export function nameNodes(order: readonly Node[], context: NamingContext): ReadonlyMap<Node, NamedNode> {
  const { loss, wrt, steps, valueOf } = context;
  const nameOf = elementNames(order, loss);
  const readers = readersOf(order);
  const named = new Map<Node, NamedNode>();
  const known = new Map<Node, ElementFormulas>();

  for (const node of order) {
    const operands = node.inputs.map((input) => known.get(input)!);
    const formulas = formulasOf(node, operands, valueOf);
    const isWanted = node === loss || wrt.includes(node) || node.label !== undefined;
    if (!isWanted && canStandInside(node, formulas)) known.set(node, formulas);
    else {
      const symbols = symbolsOf(node, nameOf(node), valueOf(node));
      named.set(node, { node, symbols, definition: node.op.kind === "leaf" ? undefined : formulas });
      known.set(node, symbols);
    }
  }
  return named;

  function canStandInside(node: Node, formulas: ElementFormulas): boolean {
    if (node.op.kind === "leaf") return node.op.role === "constant";
    if (formulas.every(isAtom)) return true;
    return steps === "quantities" && isReadable(node, formulas, readers.get(node) ?? []);
  }
}

/** The symbols of a node's elements. */
function symbolsOf(node: Node, name: Omit<ElementName, "index">, value: NdArray): ElementSymbol[] {
  return Array.from(value.data, (element, position) => ({
    kind: "symbol",
    name: { ...name, index: indexAt(node.shape, position) },
    value: element,
  }));
}

function readersOf(order: readonly Node[]): ReadonlyMap<Node, readonly Node[]> {
  const readers = new Map<Node, Node[]>();
  for (const node of order) {
    for (const input of node.inputs) {
      const list = readers.get(input);
      if (list === undefined) readers.set(input, [node]);
      else list.push(node);
    }
  }
  return readers;
}

/** Whether formulas can stand inside those of what reads the node. */
function isReadable(node: Node, formulas: ElementFormulas, readers: readonly Node[]): boolean {
  const [reader] = readers;
  if (reader === undefined || readers.length > 1 || holdsSeveralTimes(reader, node)) return false;
  if (formulas.some((formula) => countAtoms(formula) > LARGEST_INLINED)) return false;
  return !isWrittenAsFunction(reader.op) || !formulas.some(holdsFunction);
}

/** Whether what is computed by the reader, or its derivative, may hold some element of the node several times. */
function holdsSeveralTimes(reader: Node, node: Node): boolean {
  const { op } = reader;
  if (op.kind === "reduction") return op.derivative.kind !== "linear";
  return op.kind === "general" || (op.kind === "view" && sizeOf(reader.shape) > sizeOf(node.shape));
}
