/** What can be timed in turn with others. */
import { ValueError } from "@unfold/rnn";

/** One program that does the work of a workload. */
export interface Implementation {
  /** As the results call it: `unfold-wasm`, `tfjs-wasm`. */
  readonly name: string;
  /** What computes: backend and instructions, or variant. */
  readonly runsOn: string;
  /** What the first run gave: all implementations must begin alike. Undefined where it means nothing to others. */
  readonly first: number | undefined;
  /** Runs for about so many milliseconds, once at least; the milliseconds of each run. */
  readonly slice: (milliseconds: number) => readonly number[] | Promise<readonly number[]>;
  readonly close: () => void;
}

/** An implementation in this process, whose runs return a number that must be finite. It has run once. */
export function inProcess(name: string, runsOn: string, run: () => number): Implementation {
  const checked = (): number => {
    const result = run();
    if (Number.isFinite(result)) return result;
    throw new ValueError({
      code: "NOT_FINITE",
      where: name,
      rule: "the result of a run must be finite",
      got: String(result),
    });
  };
  return {
    name,
    runsOn,
    first: checked(),
    slice: (milliseconds) => timeRuns(checked, milliseconds),
    close: () => undefined,
  };
}

/** Something in this process that takes its time, such as reading a file: nothing to be compared comes of it. */
export function inProcessLater(name: string, runsOn: string, run: () => Promise<unknown>): Implementation {
  return {
    name,
    runsOn,
    first: undefined,
    slice: async (milliseconds) => {
      const times: number[] = [];
      const end = performance.now() + milliseconds;
      for (let now = performance.now(); times.length === 0 || now < end;) {
        await run();
        const after = performance.now();
        times.push(after - now);
        now = after;
      }
      return times;
    },
    close: () => undefined,
  };
}

function timeRuns(run: () => number, milliseconds: number): number[] {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  for (let now = performance.now(); times.length === 0 || now < end;) {
    run();
    const after = performance.now();
    times.push(after - now);
    now = after;
  }
  return times;
}
