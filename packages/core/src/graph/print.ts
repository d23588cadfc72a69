/** The text form of a graph: one line per node, in an order fixed by the graph alone, so that two texts can be compared. */
import { NdArray } from "../tensor/nd-array.js";
import { formatShape } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor-type.js";
import { Node } from "./node.js";
import type { Attrs, AttrValue } from "./op.js";
import { printLabel, printScanBody } from "./print-scan.js";
import { isScanBody, scanBodyOf } from "./scan-body.js";
import { topologicalOrder } from "./walk.js";

/** More elements of a constant than a reader wants to see. */
const SHOWN_ELEMENTS = 8;

/**
 * The graph as text.
 *
 * @param outputs - a node, or nodes by name
 * @example
 * const x = input("x", [2]);
 * printGraph(add(x, 1)); // → "%0 = input() : f32[2] \"x\"\n%1 = constant() {value: 1} : f32[]\n%2 = broadcastTo(%1) {shape: [2]} : f32[2]\n%3 = add(%0, %2) : f32[2]\nreturn %3"
 */
export function printGraph(outputs: Node | Readonly<Record<string, Node>>): string {
  const named = outputs instanceof Node ? [["", outputs] as const] : Object.entries(outputs);
  const order = topologicalOrder(named.map(([, node]) => node));
  const numbers = new Map(order.map((node, i) => [node, i]));
  const reference = (node: Node): string => `%${numbers.get(node)!}`;
  const lines = order.map((node) => `${reference(node)} = ${printNode(node, reference)}`);
  const results = named.map(([name, node]) => (name === "" ? reference(node) : `${name} = ${reference(node)}`));
  return [...lines, `return ${results.join(", ")}`].join("\n");
}

/** `matmul(%0, %2) {transposeB: true} : f32[32, 128] "h"`; a scan has its body on the lines that follow. */
export function printNode(node: Node, reference: (input: Node) => string): string {
  const body = scanBodyOf(node);
  const call = `${node.op.name}(${node.inputs.map(reference).join(", ")})`;
  if (body === undefined) return `${call}${printAttrs(node.attrs)} : ${formatType(node.type)}${printLabel(node)}`;
  const { steps, reverse, recompute } = body.step;
  return [
    `${call}${printAttrs({ steps, reverse, recompute })}${printLabel(node)}`,
    ...printScanBody(body, printNode),
  ].join("\n");
}

/** ` {axis: 1}`; settings that are off, and those the type shows anyway, are left out. */
function printAttrs(attrs: Attrs): string {
  const shown = Object.entries(attrs).filter(
    ([name, value]) => value !== undefined && value !== false && !["dtype", "initial"].includes(name),
  );
  const isLeafType = shown.length === 1 && shown[0]![0] === "shape" && "dtype" in attrs;
  return shown.length === 0 || isLeafType
    ? ""
    : ` {${shown.map(([name, value]) => `${name}: ${printValue(value)}`).join(", ")}}`;
}

function printValue(value: AttrValue): string {
  if (value instanceof NdArray) return printArray(value);
  if (typeof value === "function") return "function";
  if (isScanBody(value)) return "body";
  return typeof value === "object" ? formatShape(value) : printNumber(value);
}

function printArray({ data, shape }: NdArray): string {
  const elements = Array.from(data.subarray(0, SHOWN_ELEMENTS), printNumber);
  if (shape.length === 0) return elements[0]!;
  return `[${elements.join(", ")}${data.length > SHOWN_ELEMENTS ? `, … ${data.length} elements` : ""}]`;
}

function printNumber(value: number | string | boolean | undefined): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
