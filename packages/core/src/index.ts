/** The public names of @unfold/core, in the order in which data flows. */

// errors
export { DTypeError, FormatError, GradientError, GraphError, InternalError, RuntimeError, ShapeError, UnfoldError, ValueError } from "./errors.js";
export type { Problem } from "./errors.js";

// tensors
export type { DType, NumericDType, TypedArrayOf } from "./tensor/dtype.js";
export { NdArray, ndArray } from "./tensor/nd-array.js";
export type { NestedList, TensorValue } from "./tensor/nd-array.js";
export { broadcastShapes, sizeOf } from "./tensor/shape.js";
export type { Shape } from "./tensor/shape.js";
export { formatType } from "./tensor/tensor-type.js";
export type { TensorType } from "./tensor/tensor-type.js";

// graphs
export { Node } from "./graph/node.js";
export type { BoolNode, FloatNode, IntNode, Operand } from "./graph/node.js";
export type { AnyOp, Attrs } from "./graph/op.js";
export { label } from "./graph/apply.js";
export { constant, initialValue, input, param, placeholder, state } from "./graph/leaves.js";
export { copyGraph, substitute } from "./graph/substitute.js";
export { verify } from "./graph/verify.js";
export { leavesOf, topologicalOrder } from "./graph/walk.js";

// operations: elementwise
export { add } from "./ops/add.js";
export { mul } from "./ops/mul.js";
export { neg } from "./ops/neg.js";
export { square } from "./ops/square.js";
export { sub } from "./ops/sub.js";
export { tanh } from "./ops/tanh.js";

// operations: reductions
export { broadcastTo, sum } from "./ops/sum-broadcast.js";
export type { ReduceOptions } from "./ops/rules/reduction.js";

// operations: movement
export { concat } from "./ops/concat.js";
export { reshape } from "./ops/reshape.js";
export { pad, slice } from "./ops/slice-pad.js";
export type { AxisRange } from "./ops/slice-pad.js";

// operations: all of them, for tools
export { allOps } from "./ops/index.js";

// differentiation
export { gradient, vjp } from "./autodiff/gradient.js";
export type { GradientOptions, Gradients } from "./autodiff/gradient.js";
export { hessianVectorProduct } from "./autodiff/hessian-vector.js";
export { jvp } from "./autodiff/jvp.js";

// running
export { createRuntime } from "./compile.js";
export type { CompileRequest, Runtime, RuntimeOptions } from "./compile.js";
export type { Update } from "./runtime/backend.js";
export type { Executable, FedValues, NodeRecord, ResultValues } from "./runtime/executable.js";
export type { Precision } from "./runtime/interpreter.js";
export type { RuntimeReport } from "./runtime/leaf-store.js";

// looking at graphs
export { evaluate, evaluateAll } from "./inspect/evaluate.js";
export type { EvaluateOptions } from "./inspect/evaluate.js";
