/** What a trainer is given, by callers that TypeScript does not watch. */
import {
  checkArgument,
  checkFunction,
  checkObject,
  checkRuntime,
  NdArray,
  requireNode,
  wrongArgument,
} from "@unfold/core";

const WHERE = "createTrainer(runtime, request)";
const BUILD = "createTrainer(runtime, { build })";

/** Throws unless there is a runtime, a function that builds, and an optimizer. @throws ValueError ARGUMENT */
export function checkRequest(
  runtime: unknown,
  { build, optimizer }: { readonly build: unknown; readonly optimizer: unknown },
): void {
  checkRuntime(WHERE, runtime);
  checkFunction(WHERE, "build", build);
  const fix = "Make one, such as adam({ learningRate: 1e-3 })";
  checkArgument(WHERE, "optimizer must be an optimizer", optimizer, { members: ["minimize"], fix });
}

/** Throws unless what was built has a loss, and metrics that are. @throws ValueError ARGUMENT. GraphError NOT_A_NODE */
export function checkGraphs(graphs: {
  readonly loss: unknown;
  readonly metrics?: Readonly<Record<string, unknown>>;
}): void {
  const rule = "build must return an object with the loss";
  checkArgument(BUILD, rule, graphs, { members: ["loss"], fix: "Return { loss }" });
  requireNode(BUILD, "loss", graphs.loss);
  for (const [name, metric] of Object.entries(graphs.metrics ?? {})) {
    const fix = "accuracy(logits, labels) is one, and averageOf(losses) makes one of a node";
    checkArgument(BUILD, `"${name}" among metrics must be a metric`, metric, { members: ["sums", "of"], fix });
  }
}

/** Throws unless it is arrays by name. @throws ValueError ARGUMENT or OPTIONS */
export function checkBatch(where: string, batch: unknown): asserts batch is Readonly<Record<string, NdArray>> {
  checkObject(where, "a batch must be arrays by name", batch);
  for (const [name, value] of Object.entries(batch as object)) {
    if (value instanceof NdArray) continue;
    const fix = "dataset.batch(size) makes batches of examples, ndArray(values, { dtype }) an array";
    throw wrongArgument(where, `"${name}" of a batch must be an array`, value, fix);
  }
}

/** Throws unless batches can be gone through. @throws ValueError ARGUMENT */
export function checkBatches(batches: unknown): void {
  const isMany =
    typeof batches === "object" && batches !== null && (Symbol.asyncIterator in batches || Symbol.iterator in batches);
  if (!isMany)
    throw wrongArgument(
      "trainer.evaluate(batches)",
      "batches must be a list, or a dataset",
      batches,
      "Of one batch: [batch]",
    );
}
