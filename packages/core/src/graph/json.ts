/** Graphs as JSON and back: every op by name, every number to the last bit. */
import { FormatError } from "../errors.js";
import { DTYPES, type DType } from "../tensor/dtype.js";
import { NdArray, ndArray } from "../tensor/nd-array.js";
import type { Shape } from "../tensor/shape.js";
import { formatType, type TensorType } from "../tensor/tensor-type.js";
import { apply } from "./apply.js";
import { describe, type Node } from "./node.js";
import type { AnyOp, Attrs, AttrValue } from "./op.js";
import {
  decodeBody,
  decodeStep,
  encodeBody,
  encodeStep,
  listSteps,
  type JsonChecks,
  type JsonStep,
  type ListedStep,
  type ReadStep,
} from "./json-scan.js";
import { isScanBody } from "./scan-body.js";
import { topologicalOrder } from "./walk.js";

const VERSION = 1;

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A graph as plain data: nodes in topological order, inputs and outputs by their number. */
export interface JsonGraph {
  readonly version: number;
  readonly nodes: readonly JsonNode[];
  readonly outputs: Readonly<Record<string, number>>;
  /** The steps of scans, inner ones first; absent in a graph without scans. */
  readonly steps?: readonly (JsonStep & { readonly nodes: readonly JsonNode[] })[];
}

/** One node. */
export interface JsonNode {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly attrs: Readonly<Record<string, JsonValue>>;
  readonly type: string;
  readonly label?: string;
}

/**
 * The graph as plain data for JSON.stringify.
 *
 * @throws FormatError NOT_SERIALIZABLE if a node holds a function (customGradient).
 * @example
 * const x = input("x", []);
 * toJson({ y: add(x, 1) }).outputs; // → { y: 2 }
 */
export function toJson(outputs: Readonly<Record<string, Node>>): JsonGraph {
  const order = topologicalOrder(Object.values(outputs));
  const numbers = new Map(order.map((node, i) => [node, i]));
  const listed = listSteps(order);
  const steps = listed.map((one) => ({ ...encodeStep(one), nodes: encodeNodes(one.order, one.numbers, listed) }));
  return {
    version: VERSION,
    nodes: encodeNodes(order, numbers, listed),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, node]) => [name, numbers.get(node)!])),
    ...(steps.length > 0 && { steps }),
  };
}

function encodeNodes(
  order: readonly Node[],
  numbers: ReadonlyMap<Node, number>,
  listed: readonly ListedStep[],
): JsonNode[] {
  return order.map((node) => ({
    op: node.op.name,
    inputs: node.inputs.map((input) => numbers.get(input)!),
    attrs: Object.fromEntries(
      Object.entries(node.attrs).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, encode(node, name, value, listed)]],
      ),
    ),
    type: formatType(node.type),
    ...(node.label !== undefined && { label: node.label }),
  }));
}

function encode(node: Node, name: string, value: AttrValue, listed: readonly ListedStep[]): JsonValue {
  if (value instanceof NdArray)
    return { dtype: value.dtype, shape: [...value.shape], data: Array.from(value.data, encodeNumber) };
  if (typeof value === "number") return encodeNumber(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (isScanBody(value)) return encodeBody(value, listed);
  if (typeof value === "object") return value.map(encodeNumber);
  throw new FormatError({
    code: "NOT_SERIALIZABLE",
    where: `toJson: ${node.op.name} ${describe(node)} built at ${node.site.toString()}`,
    rule: "every attribute must be data",
    got: `a function as "${name}"`,
    fix: "Write the graph without its custom gradient",
  });
}

/** JSON has no -0, NaN or ∞. */
function encodeNumber(value: number): JsonValue {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : { number: Object.is(value, -0) ? "-0" : String(value) };
}

/**
 * The graph that `toJson` wrote: the outputs by name.
 *
 * @param json - parsed JSON; anything malformed is refused with the place where it is
 * @param ops - the operations that may appear: `allOps`, and your own
 * @throws FormatError JSON_GRAPH if it is not a graph of these operations, naming the node.
 * @example
 * const { y } = fromJson(toJson({ y: add(constant(1), 2) }), allOps);
 * evaluate(y).item(); // → 3
 */
export function fromJson(json: unknown, ops: readonly AnyOp[]): Record<string, Node> {
  const { version, nodes, outputs, steps = [] } = asRecord("the graph", json);
  if (version !== VERSION) throw malformed("the graph", `version must be ${VERSION}`, String(version));
  const context: Reading = { ops: new Map(ops.map((op) => [op.name, op])), steps: [] };
  asList("steps", steps).forEach((step, i) => {
    const inside = readNodes(`step ${i}: `, asRecord(`step ${i}`, step)["nodes"], context);
    context.steps.push(decodeStep(`step ${i}`, step, inside, CHECKS));
  });
  const built = readNodes("", nodes, context);
  return Object.fromEntries(
    Object.entries(asRecord("outputs", outputs)).map(([name, number]) => [
      name,
      valueAt(`output "${name}"`, number, built),
    ]),
  );
}

/** A node that has a value: a scan has none, its results have. */
function valueAt(where: string, number: unknown, built: readonly Node[]): Node {
  const node = nodeAt(where, number, built);
  if (node.op.kind === "scan") throw malformed(where, "an output must be a value", "a scan, whose results are values");
  return node;
}

/** What is known while a graph is read: the operations by name, and the steps read so far. */
interface Reading {
  readonly ops: ReadonlyMap<string, AnyOp>;
  readonly steps: ReadStep[];
}

function readNodes(place: string, json: unknown, context: Reading): Node[] {
  const built: Node[] = [];
  asList(`${place}nodes`, json).forEach((node, i) => built.push(readNode(`${place}node ${i}`, node, context, built)));
  return built;
}

function readNode(where: string, json: unknown, context: Reading, built: readonly Node[]): Node {
  const { op: name, inputs, attrs, type, label } = asRecord(where, json);
  const op = typeof name === "string" ? context.ops.get(name) : undefined;
  if (op === undefined) throw malformed(where, "op must name a known operation", String(name));
  if (label !== undefined && typeof label !== "string") throw malformed(where, "label must be text", typeof label);
  if (op.kind === "leaf" && op.role !== "constant" && (label ?? "").trim() === "") {
    throw malformed(where, `${op.name} must have a label, its name`, label === undefined ? "none" : `"${label}"`);
  }
  const operands = asList(where, inputs).map((number) => nodeAt(where, number, built));
  const decoded = Object.fromEntries(
    Object.entries(asRecord(`${where}: attrs`, attrs)).map(([key, value]) => [
      key,
      decode(`${where}: ${key}`, value, context.steps),
    ]),
  );
  const node = attempt(where, op, operands, decoded, label);
  if (formatType(node.type) !== type)
    throw malformed(where, `type must be what ${op.name} gives, ${formatType(node.type)}`, String(type));
  return node;
}

/** A type rule may fail in any way on attributes it has never seen. */
function attempt(where: string, op: AnyOp, inputs: readonly Node[], attrs: Attrs, label: string | undefined): Node {
  const expected = op.parameters.length;
  const fits = op.isVariadic === true ? inputs.length >= expected : inputs.length === expected;
  if (!fits) throw malformed(where, `${op.name} must have ${expected} inputs`, String(inputs.length));
  try {
    const node = apply(op, inputs, attrs, label);
    if (!isType(node.type)) throw malformed(where, "attrs must give a type", JSON.stringify(attrs));
    return node;
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw malformed(where, `attrs and inputs must fit ${op.name}`, messageOf(error));
  }
}

function isType(type: TensorType): boolean {
  return (
    DTYPES.includes(type.dtype) &&
    Array.isArray(type.shape) &&
    type.shape.every((extent) => Number.isInteger(extent) && extent >= 0)
  );
}

function decode(where: string, json: unknown, steps: readonly ReadStep[]): AttrValue {
  if (typeof json === "number" || typeof json === "string" || typeof json === "boolean") return json;
  if (Array.isArray(json)) return json.map((element) => decodeNumber(where, element));
  const record = asRecord(where, json);
  if ("step" in record) return decodeBody(where, record, steps, CHECKS);
  return "number" in record ? decodeNumber(where, record) : decodeArray(where, record);
}

function decodeArray(where: string, { dtype, shape, data }: Readonly<Record<string, unknown>>): NdArray {
  if (!DTYPES.some((known) => known === dtype)) throw malformed(where, "dtype must be f32, i32 or bool", String(dtype));
  const elements = asList(where, data).map((element) => decodeNumber(where, element));
  const sizes: Shape = asList(where, shape).map((extent) => decodeNumber(where, extent));
  try {
    return ndArray(elements, { dtype: dtype as DType, shape: sizes, where });
  } catch (error) {
    throw malformed(where, "data must fit dtype and shape", messageOf(error));
  }
}

function decodeNumber(where: string, json: unknown): number {
  if (typeof json === "number") return json;
  const text = asRecord(where, json)["number"];
  if (text === "-0" || text === "NaN" || text === "Infinity" || text === "-Infinity") return Number(text);
  throw malformed(where, "every element must be a number", JSON.stringify(json));
}

function nodeAt(where: string, number: unknown, built: readonly Node[]): Node {
  const node = typeof number === "number" ? built[number] : undefined;
  if (node === undefined)
    throw malformed(where, "inputs and outputs must name earlier nodes by number", String(number));
  return node;
}

function asRecord(where: string, json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json))
    return json as Readonly<Record<string, unknown>>;
  throw malformed(where, "it must be an object", json === null ? "null" : Array.isArray(json) ? "a list" : typeof json);
}

function asList(where: string, json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw malformed(where, "it must hold a list", typeof json);
}

/** What the reader of scans needs of this one. */
const CHECKS: JsonChecks = { asRecord, asList, nodeAt, malformed };

function malformed(place: string, rule: string, got: string): FormatError {
  return new FormatError({ code: "JSON_GRAPH", where: `fromJson: ${place}`, rule, got });
}

/** What another error says, as part of a sentence. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
