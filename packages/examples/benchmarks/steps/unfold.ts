/** Our own implementation of a workload. */
import type { Node, Runtime } from "@unfold/rnn";
import { modelOf } from "../models/model-of.js";
import type { Model } from "../models/model.js";
import type { WorkloadData } from "../workloads/data.js";
import type { Workload } from "../workloads/workload.js";
import { describeBackend, type OurBackend } from "./backends.js";
import { inProcess, type Implementation } from "./implementation.js";

/** A workload of ours on a backend. */
export async function unfoldOn(backend: OurBackend, workload: Workload, data: WorkloadData): Promise<Implementation> {
  const runtime = await backend.createRuntime();
  const run = await prepare(runtime, modelOf(workload), data);
  return inProcess(backend.implementation, describeBackend(runtime), run);
}

/** A function that runs a model once and returns the first element of its result: of several steps, the mean of theirs. */
export async function prepare(runtime: Runtime, model: Model, data: WorkloadData): Promise<() => number> {
  const outputs: { readonly result: Node } = { result: model.result };
  const step = await runtime.compile({ inputs: model.inputs, outputs, updates: model.updates() });
  for (const [leaf, value] of model.weights(data)) runtime.write(leaf, value);
  if (model.feeds === undefined) {
    const feed = model.feed(data);
    return () => step.run(feed).result.data[0]!;
  }
  const feeds = model.feeds(data);
  return () => feeds.reduce((total, feed) => total + step.run(feed).result.data[0]!, 0) / feeds.length;
}
