/** The value of one node from the values of its inputs, by what its op says about compiled code. */
import type { AnyOp, NdArray, Node } from "@unfold/core";
import { collectKernels } from "../../src/codegen/collect-kernels.js";
import { asExpression, expressionBuilder } from "../../src/codegen/lane-expression.js";
import type { LoopNest } from "../../src/codegen/loop-nest.js";
import type { Procedure } from "../../src/codegen/procedure/procedure.js";
import type { ReductionAttrs } from "../../src/graph/op.js";
import { sizeOf, stridesOf } from "../../src/tensor/shape.js";
import { makeColumn, type Column, type Rounding } from "./reference/evaluate-columns.js";
import { runNest } from "./reference/nest-reference.js";
import { runProcedure } from "./reference/procedure-reference.js";

/** The elements of the node; undefined if its op has no kernels of its own: leaves, views, matmul, host functions. */
export function computeNode(node: Node, inputs: readonly NdArray[], rounding: Rounding): Column | undefined {
  const kernels = kernelsOf(node);
  if (kernels === undefined) return undefined;
  const output = makeColumn(node.dtype, sizeOf(node.shape));
  const operands = inputs.map(({ dtype, data }) => {
    const column = makeColumn(dtype, data.length);
    column.set(data);
    return column;
  });
  const elements = [...operands, output].map((column) => ({
    get: (at: number) => column[at]!,
    set: (at: number, value: number) => {
      column[at] = value;
    },
  }));
  for (const nest of kernels) {
    if (nest.kind === "procedure") {
      runProcedure(nest, elements, rounding === "fused");
      continue;
    }
    const { written, refused } = runNest(nest, elements, rounding === "fused");
    if (refused[0] !== undefined) throw new IndexOutOfRange(refused[0].index, refused[0].extent);
    for (const [at, { value }] of written.at(-1)!) output[at] = value;
  }
  return output;
}

/** A position outside of a tensor that an index asked for. */
export class IndexOutOfRange extends Error {
  readonly index: number;
  readonly extent: number;
  constructor(index: number, extent: number) {
    super(`${index} is not in [0, ${extent})`);
    this.index = index;
    this.extent = extent;
  }
}

function kernelsOf(node: Node): readonly (LoopNest | Procedure)[] | undefined {
  const op: AnyOp = node.op;
  if (op.kind === "general") {
    if (typeof op.emit === "string") return undefined;
    return collectKernels(op, { inputs: node.inputs.map(({ type }) => type), output: node.type }, node.attrs);
  }
  if (op.kind === "elementwise") return op.emit === "host" ? undefined : [elementwiseNest(node, op)];
  if (op.kind === "reduction") return [reductionNest(node, op)];
  return undefined;
}

function elementwiseNest({ inputs, dtype, shape, attrs }: Node, op: AnyOp & { kind: "elementwise" }): LoopNest {
  const builder = expressionBuilder();
  const access = (operand: number) => ({ operand, constant: 0, strides: [1], indirect: [] });
  const lanes = inputs.map((input, operand) => builder.load(access(operand), input.dtype));
  if (op.emit === "host") throw new Error("host");
  const value = asExpression(op.emit(builder, lanes, attrs));
  return {
    kind: "loop-nest",
    shape: [sizeOf(shape)],
    operands: [...inputs.map((input) => input.dtype), dtype],
    stores: [{ access: access(inputs.length), value, mode: { kind: "set" } }],
  };
}

function reductionNest(node: Node, { emit }: AnyOp & { kind: "reduction" }): LoopNest {
  const [x] = node.inputs as [Node];
  const { axes } = node.attrs as ReductionAttrs;
  const dtype = x.dtype === "i32" ? "i32" : "f32";
  const kept = stridesOf(node.shape);
  const strides = x.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
  const value = expressionBuilder().load({ operand: 0, constant: 0, strides: stridesOf(x.shape), indirect: [] }, dtype);
  return {
    kind: "loop-nest",
    shape: x.shape,
    operands: [dtype, dtype],
    stores: [
      {
        access: { operand: 1, constant: 0, strides, indirect: [] },
        value,
        mode: { kind: "reduce", combine: emit.combine, identity: emit.identity[dtype] },
      },
    ],
  };
}
