/** The public names of @unfold/rnn. It brings @unfold/core and @unfold/nn along, so that one import is enough. */
export * from "@unfold/core";
export * from "@unfold/nn";

// folded graphs
export { foldedGraph } from "./folded/folded-graph.js";
export type { DelayOptions, Step, StepBuilder } from "./folded/folded-graph.js";
export { delayTaps } from "./folded/delay-taps.js";
export type { DelayTaps, DelayTapsOptions } from "./folded/delay-taps.js";
export { delayLine } from "./folded/delay-line.js";
export type { DelayLine, DelayLineOptions } from "./folded/delay-line.js";
export type { Delay, FoldedGraph } from "./folded/recurrence.js";
export { verifyFolded } from "./folded/verify-folded.js";
export { printFolded } from "./folded/print-folded.js";
export { foldedPicture, unfoldedPicture } from "./unfold/folded-picture.js";

// unfolding
export { unfold } from "./unfold/unfold.js";
export type { Unfolded, UnfoldOptions } from "./unfold/unfold.js";
export type { RecurrenceValues } from "./folded/recurrence-values.js";

// staying folded; a scan of core's takes a step as a function, this one a folded graph
export { scan } from "./unfold/scan.js";
export type { ScanOptions } from "./unfold/scan.js";
export type { Truncation } from "./unfold/truncated-scan.js";

// sequences
export { toBatchMajor, toTimeMajor } from "./sequences/time-major.js";
export { maskSteps } from "./sequences/mask-steps.js";
export { lengthMask } from "./sequences/length-mask.js";
export { restartSteps } from "./sequences/restart-steps.js";
export { padSequences } from "./sequences/pad-sequences.js";
export type { PaddedBatch, PadOptions } from "./sequences/pad-sequences.js";
export { packSequences, unpackSequences } from "./sequences/pack-sequences.js";
export type { PackedBatch, PackedPlace, PackOptions } from "./sequences/pack-sequences.js";
export { bucketByLength } from "./sequences/bucket-by-length.js";
export type { BucketOptions } from "./sequences/bucket-by-length.js";
export { windowsOf } from "./sequences/windows-of.js";
export type { SeriesWindow, WindowOptions } from "./sequences/windows-of.js";
export { consecutiveWindows } from "./sequences/consecutive-windows.js";
export type { ConsecutiveOptions } from "./sequences/consecutive-windows.js";

// series in windows: states carried from run to run
export { carriedRecurrence } from "./sequences/carried-recurrence.js";
export type { CarriedOptions, CarriedRecurrence } from "./sequences/carried-recurrence.js";
export { carriedRestarts } from "./sequences/carried-restarts.js";
export type { CarriedRestarts } from "./sequences/carried-restarts.js";

// variants of backpropagation through time: folded graphs rewritten
export { clipDelayGradients } from "./bptt/clip-delay-gradients.js";
export type { ClipDelayOptions } from "./bptt/clip-delay-gradients.js";
export { realTimeGradients } from "./bptt/real-time-gradients.js";
export type { RealTimeGradients, RealTimeOptions } from "./bptt/real-time-gradients.js";

// diagnostics: seeing memory
export { gradientFlow } from "./diagnostics/gradient-flow.js";
export type { GradientFlow, GradientFlowOptions } from "./diagnostics/gradient-flow.js";
export { edgeFlow } from "./diagnostics/edge-flow.js";
export type { EdgeFlow } from "./diagnostics/edge-flow.js";
export { recurrentJacobian } from "./diagnostics/recurrent-jacobian.js";
export type { RunOptions } from "./diagnostics/run-options.js";
export { singularValues } from "./diagnostics/singular-values.js";
export { spectralRadius } from "./diagnostics/spectral-radius.js";
export { hochreiterFactors } from "./diagnostics/hochreiter-factors.js";
export type { HochreiterFactors } from "./diagnostics/hochreiter-factors.js";
export { saturation } from "./diagnostics/saturation.js";
export type { Saturation, SaturationOptions } from "./diagnostics/saturation.js";

// cells
export { recurrentCell } from "./cells/recurrent-cell.js";
export type { RecurrentCell } from "./cells/recurrent-cell.js";
export type { CellOptions, ForgetfulOptions } from "./cells/cell-options.js";
export { clockwork } from "./cells/clockwork.js";
export type { ClockworkOptions } from "./cells/clockwork.js";
export { convLstm } from "./cells/conv-lstm.js";
export type { ConvLstmOptions } from "./cells/conv-lstm.js";
export { coupledLstm } from "./cells/coupled-lstm.js";
export { echoState } from "./cells/echo-state.js";
export type { EchoStateOptions } from "./cells/echo-state.js";
export { elman } from "./cells/elman.js";
export type { ElmanOptions } from "./cells/elman.js";
export { hyperLstm } from "./cells/hyper-lstm.js";
export type { HyperLstmOptions } from "./cells/hyper-lstm.js";
export { jordan } from "./cells/jordan.js";
export type { JordanOptions } from "./cells/jordan.js";
export { layerNormLstm } from "./cells/layer-norm-lstm.js";
export { linearRecurrence } from "./cells/linear-recurrence.js";
export type { LinearRecurrenceOptions } from "./cells/linear-recurrence.js";
export { lstm } from "./cells/lstm.js";
export type { LstmOptions } from "./cells/lstm.js";
export { minimalGatedUnit } from "./cells/minimal-gated-unit.js";
export { multiplicativeLstm } from "./cells/multiplicative-lstm.js";
export { narx } from "./cells/narx.js";
export type { NarxOptions } from "./cells/narx.js";
export { peepholeLstm } from "./cells/peephole-lstm.js";
export { projectedLstm } from "./cells/projected-lstm.js";
export type { ProjectedLstmOptions } from "./cells/projected-lstm.js";
export { gru } from "./cells/gru.js";
export type { GruOptions } from "./cells/gru.js";

// dropout: folded graphs rewritten
export { rewrittenCell } from "./cells/rewritten-cell.js";
export type { DropoutRates } from "./dropout/rates.js";
export { recurrentDropout } from "./dropout/recurrent-dropout.js";
export type { RecurrentDropoutOptions } from "./dropout/recurrent-dropout.js";
export { zoneout } from "./dropout/zoneout.js";
export type { ZoneoutOptions } from "./dropout/zoneout.js";
export { dropConnect } from "./dropout/drop-connect.js";
export type { DropConnectOptions } from "./dropout/drop-connect.js";

// structure: cells put together
export { includeStep } from "./folded/include-step.js";
export type { IncludedStep } from "./folded/include-step.js";
export { stacked } from "./layers/stacked.js";
export type { HiddenCell, StackedOptions } from "./layers/stacked.js";
export { hiddenOutput } from "./layers/hidden-output.js";
export { residualCell } from "./layers/residual-cell.js";
export { bidirectional } from "./layers/bidirectional.js";
export type {
  Bidirectional,
  BidirectionalMerge,
  BidirectionalOptions,
  BidirectionalValues,
} from "./layers/bidirectional.js";

// encoders and decoders
export { bridge } from "./decoders/bridge.js";
export type { Bridge, BridgeOptions } from "./decoders/bridge.js";
export { handOver } from "./decoders/hand-over.js";
export { conditionedOn } from "./decoders/conditioned-on.js";
export type { Feedback } from "./decoders/feedback.js";
export { freeRunning } from "./decoders/free-running.js";
export type { FreeRunningOptions } from "./decoders/free-running.js";
export { scheduledSampling } from "./decoders/scheduled-sampling.js";
export type { ScheduledSamplingOptions } from "./decoders/scheduled-sampling.js";

// attention
export { stateAttention } from "./attention/state-attention.js";
export type {
  Attended,
  Attender,
  MemoryPadding,
  StateAttention,
  StateAttentionRequest,
} from "./attention/state-attention.js";
export { additiveAttention } from "./attention/additive-attention.js";
export type { AdditiveAttentionOptions } from "./attention/additive-attention.js";
export { luongAttention } from "./attention/luong-attention.js";
export type { LuongAttentionOptions } from "./attention/luong-attention.js";
export { scaledDotProductAttention } from "./attention/scaled-dot-product-attention.js";
export type { ScaledDotProductAttentionOptions } from "./attention/scaled-dot-product-attention.js";
export { attendBefore } from "./attention/attend-before.js";
export type { AttendBeforeOptions, AttendingOutputs } from "./attention/attend-before.js";
export { attendAfter } from "./attention/attend-after.js";
export type { AttendAfterOptions } from "./attention/attend-after.js";

// weights of other frameworks
export { kerasGru, kerasLstm, kerasSimpleRnn } from "./weights/keras-cells.js";
export { pytorchGru, pytorchLstm, pytorchRnn } from "./weights/pytorch-cells.js";
export type { CellsOfLayer, CellsOfModule } from "./weights/pytorch-cells.js";
export type { CellLayoutOptions } from "./weights/biases-of-layer.js";
export type { WeightedCell } from "./weights/cell-weights.js";

// generation
export { carriedStep } from "./generation/carried-step.js";
export type { CarriedStep } from "./generation/carried-step.js";
export { stepByStep } from "./generation/step-by-step.js";
export type { Carry, Stepper, StepRequest } from "./generation/step-by-step.js";
export { tokenProbabilities } from "./generation/token-probabilities.js";
export type { SamplingOptions } from "./generation/token-probabilities.js";
export { sampleTokens } from "./generation/sample-tokens.js";
export { beamSearch } from "./generation/beam-search.js";
export type { BeamSearch, BeamSearchRequest } from "./generation/beam-search.js";
export type { Hypothesis } from "./generation/beam.js";
export { sampleMixture } from "./generation/sample-mixture.js";
export type { MixtureSamplingOptions } from "./generation/sample-mixture.js";
export { sampleStroke } from "./generation/sample-stroke.js";
export type { Stroke } from "./generation/sample-stroke.js";
export { ctcGreedyDecode } from "./generation/ctc/ctc-greedy-decode.js";
export type { CtcDecoding } from "./generation/ctc/ctc-greedy-decode.js";
export { ctcBeamDecode } from "./generation/ctc/ctc-beam-decode.js";
export type { CtcBeamOptions } from "./generation/ctc/ctc-beam-decode.js";
export type { CtcDecodeOptions } from "./generation/ctc/ctc-rows.js";
export { logLikelihood } from "./generation/log-likelihood.js";
export type { LogLikelihood } from "./generation/log-likelihood.js";
