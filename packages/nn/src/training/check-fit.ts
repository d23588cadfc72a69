/** What `fit` is given, by callers that TypeScript does not watch. */
import { checkArgument, checkList, wrongArgument } from "@unfold/core";
import { checkDataset } from "../data/dataset.js";
import { WHOLE } from "../settings/check-setting.js";

const WHERE = "fit(trainer, options)";
const EVENTS = ["onStart", "onStep", "onEpoch", "onEnd"];

/** Throws unless there are a trainer, datasets of batches, and callbacks by their names. @throws ValueError ARGUMENT */
export function checkFit(
  trainer: unknown,
  options: {
    readonly data: unknown;
    readonly validation?: unknown;
    readonly callbacks?: readonly unknown[];
    readonly earlyStopping?: { readonly goal?: unknown };
    readonly resume?: unknown;
  },
): void {
  const fix = "Make one: createTrainer(runtime, { build, optimizer })";
  checkArgument(WHERE, "trainer must be a trainer", trainer, { members: ["step", "evaluate", "leaves"], fix });
  checkDataset(WHERE, "data", options.data);
  if (options.validation !== undefined) checkDataset(WHERE, "validation", options.validation);
  if (options.callbacks !== undefined) checkCallbacks(options.callbacks);
  const { goal = "fall" } = options.earlyStopping ?? {};
  if (goal !== "fall" && goal !== "rise")
    throw wrongArgument(WHERE, 'earlyStopping.goal must be "fall" or "rise"', goal);
  if (options.resume !== undefined) checkResume(options.resume);
}

/** A checkpoint of a loop of one's own says other things of its progress, and this loop would begin anew. */
function checkResume(resume: unknown): void {
  const rule = "resume must be what fit gave to checkpoint.save";
  checkArgument(WHERE, rule, resume, { members: ["tensors", "progress"] });
  const { tensors, progress } = resume as { readonly tensors: unknown; readonly progress: unknown };
  const { epoch, batch, step, lossSum, history } = Object(progress) as Readonly<Record<string, unknown>>;
  const isPlace = [epoch, batch, step].every((count) => typeof count === "number" && WHOLE.holds(count));
  if (tensors instanceof Map && isPlace && typeof lossSum === "number" && Array.isArray(history)) return;
  throw wrongArgument(
    WHERE,
    rule,
    tensors instanceof Map ? progress : tensors,
    "It is the checkpoint of another program",
  );
}

/** Throws unless a callback answered with nothing, or "stop". @throws ValueError ARGUMENT */
export function checkAnswer(answer: unknown): void {
  if (typeof answer === "string" && answer !== "stop")
    throw wrongArgument("onEpoch(record)", 'a text that it returns must be "stop"', answer);
}

function checkCallbacks(callbacks: readonly unknown[]): void {
  checkList(WHERE, "callbacks must be a list", callbacks, "callbacks: [{ onEpoch: (record) => … }]");
  for (const callback of callbacks) {
    checkArgument(WHERE, "a callback must be an object with functions", callback, {
      fix: "{ onEpoch: (record) => … }",
    });
    // It may have other members, but one that sounds like an event would never be called.
    const unknown = Object.keys(callback as object).find((key) => /^on[A-Z]/.test(key) && !EVENTS.includes(key));
    if (unknown !== undefined) throw wrongArgument(WHERE, `callbacks must be called ${EVENTS.join(", ")}`, unknown);
  }
}
