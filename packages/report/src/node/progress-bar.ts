/** How far training is, on a terminal. */
import type { EpochRecord, TrainingCallbacks } from "@unfold/nn";
import { duration } from "./duration.js";
import { terminalBar, type TerminalBar } from "./terminal-bar.js";

/** What is known before training. */
export interface ProgressBarOptions {
  /** Steps of each epoch; until the first one is over, time left is unknown unless this is given. */
  readonly stepsPerEpoch?: number;
}

/** Weight of the newest loss in the average that is shown. */
const NEWEST = 0.05;

/**
 * A callback of `fit` that shows epoch, loss, validation metrics and time left on a terminal; it says nothing where standard
 * error is none.
 *
 * @example
 * Object.keys(progressBar()); // → ["onStart", "onStep", "onEpoch", "onEnd"]
 */
export function progressBar({ stepsPerEpoch }: ProgressBarOptions = {}): TrainingCallbacks {
  let bar: TerminalBar | undefined;
  let perEpoch = stepsPerEpoch;
  let [epochs, first, started] = [0, 0, 0];
  let average: number | undefined;
  let metrics = "";
  /** Steps in all, once those of an epoch are known; until then the bar stands still. */
  const total = (): number => (perEpoch === undefined ? Infinity : perEpoch * epochs);
  const texts = (epoch: number, step: number): Readonly<Record<string, string>> => {
    const perSecond = (step - first) / Math.max((performance.now() - started) / 1000, 1e-9);
    const seconds = (total() - step) / perSecond;
    return {
      epoch: String(Math.min(epoch + 1, epochs)),
      loss: average === undefined ? "–" : average.toPrecision(4),
      left: Number.isFinite(seconds) ? duration(seconds) : "–",
      metrics,
    };
  };
  const show = (epoch: number, step: number): void => {
    const end = total();
    if (end < Infinity) bar?.setEnd(end);
    bar?.update(end < Infinity ? Math.min(step, end) : 0, texts(epoch, step));
  };
  return {
    onStart: (start) => {
      [epochs, first, started] = [start.epochs, start.step, performance.now()];
      bar = terminalBar({
        format: `[{bar}] epoch {epoch}/${epochs} | loss {loss} | {left} left{metrics}`,
        to: 1,
        texts: texts(start.epoch, start.step),
      });
      show(start.epoch, start.step);
      return undefined;
    },
    onStep: ({ epoch, step, loss }) => {
      average = average === undefined ? loss : average + NEWEST * (loss - average);
      show(epoch, step);
      return undefined;
    },
    onEpoch: ({ epoch, step, validation }) => {
      perEpoch = step / (epoch + 1);
      metrics = textOf(validation);
      show(epoch, step);
      return undefined;
    },
    onEnd: () => {
      bar?.stop();
      return undefined;
    },
  };
}

/** ` | accuracy 0.9123`, all metrics of an epoch. */
function textOf(validation: EpochRecord["validation"]): string {
  return Object.entries(validation)
    .map(([name, value]) => ` | ${name} ${value.toPrecision(4)}`)
    .join("");
}
