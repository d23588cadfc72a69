/** How far a run is: a bar on a terminal, a line now and then everywhere else. Always on standard error, so that standard output holds results only. */
import { duration, terminalBar } from "@unfold/report/node";

/** Shows the progress of one run. */
export interface Progress {
  /** @param step - updates done; @param bits - loss of the last one, bits per character */
  update(step: number, bits: number): void;
  stop(): void;
}

/** What is being done. */
export interface ProgressOptions {
  /** Updates done before this run. */
  readonly from: number;
  /** Updates at the end. */
  readonly to: number;
  readonly charactersPerStep: number;
  /** Whether to draw a bar. */
  readonly isBar: boolean;
}

/** Weight of the newest loss in the average that is shown. */
const NEWEST = 0.05;
/** Between two lines where there is no bar. */
const LINE_MILLISECONDS = 10_000;

/** The progress of a run that starts now. */
export function showProgress(options: ProgressOptions): Progress {
  const started = performance.now();
  let average: number | undefined;
  const draw = options.isBar ? bar(options) : lines(options);
  return {
    update: (step, bits) => {
      average = average === undefined ? bits : average + NEWEST * (bits - average);
      const seconds = Math.max((performance.now() - started) / 1000, 1e-9);
      const perSecond = (step - options.from) / seconds;
      draw.update(step, {
        bits: average.toFixed(3),
        speed: String(Math.round(perSecond * options.charactersPerStep)),
        left: duration((options.to - step) / perSecond),
      });
    },
    stop: () => {
      draw.stop();
    },
  };
}

interface Figures {
  readonly bits: string;
  readonly speed: string;
  readonly left: string;
}

interface Display {
  update(step: number, figures: Figures): void;
  stop(): void;
}

function bar({ from, to }: ProgressOptions): Display {
  const { update, stop } = terminalBar({
    format: "[{bar}] {value}/{total} | {bits} bits/character | {speed} characters/s | {left} left",
    ...{ from, to, texts: { bits: "–", speed: "–", left: "–" } },
  });
  return {
    update: (step, { bits, speed, left }) => {
      update(step, { bits, speed, left });
    },
    stop,
  };
}

function lines({ to }: ProgressOptions): Display {
  let last = performance.now();
  return {
    update: (step, { bits, speed, left }) => {
      if (performance.now() - last < LINE_MILLISECONDS) return;
      last = performance.now();
      process.stderr.write(`step ${step} of ${to}: ${bits} bits per character, ${speed} characters/s, ${left} left\n`);
    },
    stop: () => undefined,
  };
}
