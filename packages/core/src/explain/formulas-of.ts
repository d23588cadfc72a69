/** The formula of every element of a node, from the formulas of its operands' elements. */
import { InternalError } from "../errors.js";
import { describe, type Node } from "../graph/node.js";
import { signature, type AnyOp, type GeneralOp, type ReductionAttrs } from "../graph/op.js";
import { matmulOp, type MatmulAttrs } from "../ops/matmul.js";
import { sumOp } from "../ops/sum-broadcast.js";
import { allocate, NdArray } from "../tensor/nd-array.js";
import { reducedStrides, sizeOf } from "../tensor/shape.js";
import { stridedWalk } from "../tensor/strided-walk.js";
import { numberOf, productOf, sumOf } from "./build-formula.js";
import type { Formula } from "./formula.js";
import { writeElementwise } from "./op-notation.js";

/** One formula per element, row-major. */
export type ElementFormulas = readonly Formula[];

/**
 * The formulas of a node's elements.
 *
 * @param operands - the formulas of each input's elements
 * @param valueOf - the value of a node, for what has no formula: indices, random numbers
 */
export function formulasOf(
  node: Node,
  operands: readonly ElementFormulas[],
  valueOf: (node: Node) => NdArray,
): ElementFormulas {
  const { op } = node;
  const numbers = (): ElementFormulas => Array.from(valueOf(node).data, numberOf);
  switch (op.kind) {
    case "leaf":
      return numbers();
    case "elementwise":
      return elementwise(node, op, operands, numbers);
    case "view":
      return view(node, op, operands[0]!);
    case "reduction":
      return reduction(node, op, operands[0]!);
    case "general":
      if (op === (matmulOp as AnyOp)) return matrixProduct(node, operands[0]!, operands[1]!);
      return op.derivative.kind === "none" ? numbers() : affine(node, op, operands, valueOf);
    case "scan":
    case "result":
      throw new InternalError("explain", `a formula was asked for ${op.name} ${describe(node)}`);
  }
}

function elementwise(
  node: Node,
  op: AnyOp,
  operands: readonly ElementFormulas[],
  numbers: () => ElementFormulas,
): ElementFormulas {
  const isKnown = operands.every((formulas) => formulas.every(({ kind }) => kind === "number"));
  if (isKnown) return numbers();
  return Array.from({ length: sizeOf(node.shape) }, (_, i) =>
    writeElementwise(
      op,
      node.attrs,
      operands.map((formulas) => formulas[i]!),
    ),
  );
}

function view(node: Node, op: AnyOp & { kind: "view" }, operand: ElementFormulas): ElementFormulas {
  const { offset, strides } = op.view(node.inputs[0]!.type, node.type, node.attrs);
  const moved = new Array<Formula>(sizeOf(node.shape));
  stridedWalk(node.shape, offset, strides, (index, position) => {
    moved[index] = operand[position]!;
  });
  return moved;
}

function reduction(node: Node, op: AnyOp & { kind: "reduction" }, operand: ElementFormulas): ElementFormulas {
  const { axes } = node.attrs as ReductionAttrs;
  const { shape } = node.inputs[0]!;
  const groups = Array.from({ length: sizeOf(node.shape) }, (): Formula[] => []);
  stridedWalk(shape, 0, reducedStrides(shape, axes), (index, position) => groups[position]!.push(operand[index]!));
  return groups.map((elements) =>
    op === (sumOp as AnyOp) ? sumOf(elements) : { kind: "call", name: op.name, arguments: elements },
  );
}

function matrixProduct(node: Node, a: ElementFormulas, b: ElementFormulas): ElementFormulas {
  const { transposeA, transposeB } = node.attrs as MatmulAttrs;
  const [rows, columns] = node.shape.slice(-2) as [number, number];
  const inner = node.inputs[0]!.shape.at(transposeA ? -2 : -1)!;
  return Array.from({ length: sizeOf(node.shape) }, (_, position) => {
    const batch = Math.floor(position / (rows * columns));
    const [row, column] = [Math.floor(position / columns) % rows, position % columns];
    const at = (k: number): Formula =>
      productOf([
        a[batch * rows * inner + (transposeA ? k * rows + row : row * inner + k)]!,
        b[batch * inner * columns + (transposeB ? column * inner + k : k * columns + column)]!,
      ]);
    return sumOf(Array.from({ length: inner }, (__, k) => at(k)));
  });
}

/** All other ops that derivatives flow through move, repeat, pad or add up: f(x) = f(0) + Σ x_i (f(e_i) - f(0)). */
function affine(
  node: Node,
  op: GeneralOp,
  operands: readonly ElementFormulas[],
  valueOf: (node: Node) => NdArray,
): ElementFormulas {
  const at = (part: number, element: number): NdArray["data"] => {
    const inputs = node.inputs.map((input, i) => {
      if (input.dtype !== "f32") return valueOf(input);
      const data = allocate("f32", sizeOf(input.shape));
      if (i === part) data[element] = 1;
      return new NdArray(input.type, data);
    });
    const output = new NdArray(node.type, allocate(node.dtype, sizeOf(node.shape)));
    op.reference(inputs, output, node.attrs, () => `${signature(op)} ${describe(node)}`);
    return output.data;
  };
  const rest = at(-1, 0);
  const terms = Array.from(rest, (value): Formula[] => [numberOf(value)]);
  operands.forEach((formulas, part) => {
    if (node.inputs[part]!.dtype !== "f32") return;
    formulas.forEach((formula, element) => {
      at(part, element).forEach((value, position) => {
        // ∞ that pads stays where it is.
        if (value !== rest[position]!) terms[position]!.push(productOf([numberOf(value - rest[position]!), formula]));
      });
    });
  });
  return terms.map(sumOf);
}
