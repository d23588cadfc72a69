/** The public names of @unfold/core, in the order in which data flows. */

// errors
export {
  checkArgument,
  checkFunction,
  checkIterable,
  checkKeys,
  checkList,
  checkObject,
  DTypeError,
  FormatError,
  GradientError,
  GraphError,
  InternalError,
  RuntimeError,
  ShapeError,
  UnfoldError,
  ValueError,
  wrongArgument,
} from "./errors.js";
export type { Problem } from "./errors.js";

// tensors
export type { DType, NumericDType, TypedArrayOf } from "./tensor/dtype.js";
export { NdArray, ndArray } from "./tensor/nd-array.js";
export type { NestedList, TensorValue } from "./tensor/nd-array.js";
export { broadcastShapes, normalizeAxes, sizeOf } from "./tensor/shape.js";
export type { Shape } from "./tensor/shape.js";
export { formatType } from "./tensor/tensor-type.js";
export type { TensorType } from "./tensor/tensor-type.js";

// graphs
export { describe, Node, requireNode, requireNodes } from "./graph/node.js";
export type { BoolNode, FloatNode, IntNode, Operand } from "./graph/node.js";
export type { AnyOp, Attrs, IndexWords } from "./graph/op.js";
export { label } from "./graph/apply.js";
export { constant, initialValue, input, param, placeholder, state } from "./graph/leaves.js";
export { printGraph, printNode } from "./graph/print.js";
export { fromJson, toJson } from "./graph/json.js";
export type { JsonGraph, JsonNode, JsonValue } from "./graph/json.js";
export { drawNodes, pictureOf, resultBox } from "./graph/draw/picture.js";
export type { Arrow, Box, BoxKind, Column, Drawing, DrawOptions, Picture } from "./graph/draw/picture-parts.js";
export { delayText } from "./graph/draw/delay-text.js";
export { toDot } from "./graph/draw/dot.js";
export { toMermaid } from "./graph/draw/mermaid.js";
export { copyGraph, substitute } from "./graph/substitute.js";
export { verify } from "./graph/verify.js";
export { dependentsOf, leavesOf, topologicalOrder } from "./graph/walk.js";

// operations: elementwise
export { abs } from "./ops/abs.js";
export { elu, gelu, hardSigmoid, leakyRelu, selu, silu, softsign } from "./ops/composite/activations.js";
export { add } from "./ops/add.js";
export { clamp } from "./ops/clamp.js";
export { div } from "./ops/div.js";
export { erf } from "./ops/erf.js";
export { exp } from "./ops/exp.js";
export { expm1 } from "./ops/expm1.js";
export { floor } from "./ops/floor.js";
export { log } from "./ops/log.js";
export { log1p } from "./ops/log1p.js";
export { maximum } from "./ops/maximum.js";
export { minimum } from "./ops/minimum.js";
export { mul } from "./ops/mul.js";
export { neg } from "./ops/neg.js";
export { pow } from "./ops/pow.js";
export { reciprocal } from "./ops/reciprocal.js";
export { relu } from "./ops/relu.js";
export { round } from "./ops/round.js";
export { sigmoid } from "./ops/sigmoid.js";
export { sign } from "./ops/sign.js";
export { cos, sin } from "./ops/sin-cos.js";
export { softplus } from "./ops/softplus.js";
export { sqrt } from "./ops/sqrt.js";
export { square } from "./ops/square.js";
export { sub } from "./ops/sub.js";
export { tanh } from "./ops/tanh.js";

// operations: comparison, logic and choice
export { cast } from "./ops/cast.js";
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./ops/comparisons.js";
export { isNaN } from "./ops/is-nan.js";
export { logicalAnd, logicalNot, logicalOr, logicalXor } from "./ops/logical.js";
export { select } from "./ops/select.js";

// operations: reductions
export { argmax } from "./ops/argmax.js";
export { cumulativeSum } from "./ops/cumulative-sum.js";
export { max, min } from "./ops/max-min.js";
export { mean, variance } from "./ops/composite/mean-variance.js";
export { prod } from "./ops/composite/prod.js";
export { logSoftmax, logSumExp, softmax } from "./ops/composite/softmax.js";
export { broadcastTo, sum } from "./ops/sum-broadcast.js";
export type { ReduceOptions } from "./ops/rules/reduction.js";

// operations: movement
export { concat } from "./ops/concat.js";
export { reshape } from "./ops/reshape.js";
export { reverse } from "./ops/reverse.js";
export { pad, slice } from "./ops/slice-pad.js";
export { split, stack, unstack } from "./ops/composite/stack-split.js";
export { transpose } from "./ops/transpose.js";
export type { AxisRange } from "./ops/slice-pad.js";

// operations: indexing and sorting
export { argsort } from "./ops/argsort.js";
export { gather, scatterAdd } from "./ops/gather-scatter.js";
export { iota } from "./ops/iota.js";
export { oneHot } from "./ops/one-hot.js";
export { checkRange } from "./ops/check-range.js";
export { sort, topK } from "./ops/composite/sort.js";
export { takeAlongAxis } from "./ops/take-along-axis.js";
export type { SortOptions } from "./ops/argsort.js";

// operations: contraction
export { einsum } from "./ops/composite/einsum.js";
export { matmul } from "./ops/matmul.js";
export type { MatmulAttrs } from "./ops/matmul.js";

// operations: sliding windows
export { accumulatePatches, extractPatches } from "./ops/patches.js";
export { averagePool1d, averagePool2d, maxPool1d, maxPool2d } from "./ops/composite/pooling.js";
export { conv1d, conv2d } from "./ops/composite/convolution.js";
export type { AverageOptions } from "./ops/composite/pooling.js";
export type { GroupOptions } from "./ops/composite/convolution.js";
export type { PatchWindow } from "./ops/patches.js";
export type { WindowOptions1d, WindowOptions2d } from "./ops/composite/window-options.js";

// operations: recurrences
export { scan } from "./ops/scan.js";
export type { ScanDelayRequest, ScanRequest, ScanValues } from "./ops/scan.js";
export type { Checkpoint } from "./ops/scan/checkpoint.js";
export type { ScanBody, ScanDelay, ScanResult, ScanStep } from "./graph/scan-body.js";

// operations: random numbers
export { categorical } from "./ops/categorical.js";
export { drawCategorical } from "./ops/reference/draw-categorical.js";
export { foldIn, randomBits, randomKey, randomUniform } from "./ops/random.js";
export { randomBernoulli, randomNormal } from "./ops/composite/random-distributions.js";
export { keyFrom, threefry2x32 } from "./random/threefry.js";
export type { WordPair } from "./random/threefry.js";

// operations: control of differentiation
export { clipGradient, scaleGradient, stopGradient } from "./ops/gradient-control.js";

// operations: all of them, for tools
export { allOps } from "./ops/index.js";

// differentiation
export { gradient, vjp } from "./autodiff/gradient.js";
export type { GradientOptions, Gradients } from "./autodiff/gradient.js";
export { customGradient } from "./autodiff/custom-gradient.js";
export type { CustomRuleContext, CustomRules } from "./autodiff/custom-gradient.js";
export { hessian } from "./autodiff/hessian.js";
export { hessianVectorProduct } from "./autodiff/hessian-vector.js";
export { jacobian } from "./autodiff/jacobian.js";
export type { JacobianOptions } from "./autodiff/jacobian.js";
export { jvp } from "./autodiff/jvp.js";

// running
export { checkRuntime, createRuntime } from "./compile.js";
export type { CompileRequest, ProgramReport, Runtime, RuntimeOptions, RuntimeReport } from "./compile.js";
export { perShape } from "./per-shape.js";
export { specialize } from "./specialize.js";
export type { Specialized, SpecializeOptions } from "./specialize.js";
export type { BackendName } from "./runtime/choose-backend.js";
export type { OptimizeReport, PassReport } from "./passes/pipeline.js";
export type { Update } from "./runtime/backend.js";
export type { Executable, FedValues, NodeRecord, ProfileOptions, ResultValues } from "./runtime/executable.js";
export type { ProfileRow } from "./runtime/profile.js";
export type { Precision } from "./runtime/interpreter.js";
export type { EngineSettings } from "./runtime/wasm/engine.js";
export type { StoreReport } from "./runtime/leaf-store.js";

// looking at programs
export { profileHtml } from "./inspect/profile-html.js";
export { profileTable } from "./inspect/profile-table.js";
export { textTable } from "./inspect/text-table.js";

// looking at graphs
export { graphFlops } from "./inspect/graph-flops.js";
export { expandScans } from "./passes/expand-scans.js";
export { sinkIntoScans } from "./passes/scan/sink-into-scan.js";
export { evaluate, evaluateAll } from "./inspect/evaluate.js";
export type { EvaluateOptions } from "./inspect/evaluate.js";
export { checkGradients, compareGradients } from "./inspect/check-gradients.js";
export type { CheckGradientsOptions, GradientComparison } from "./inspect/check-gradients.js";

// explaining graphs
export { explain } from "./explain/explain.js";
export { explanationHtml } from "./explain/explanation-html.js";
export { explanationMarkdown } from "./explain/explanation-markdown.js";
export { explanationText } from "./explain/explanation-text.js";
export type { ExplainOptions } from "./explain/explain.js";
export type {
  ChainContribution,
  ComputedValue,
  ExplainedDerivative,
  Explanation,
  GivenValue,
} from "./explain/explanation.js";
export type { ExplanationOptions } from "./explain/write-sides.js";
export type { DerivativeSymbol, ElementName, ElementSymbol, Formula, Relation } from "./explain/formula.js";
