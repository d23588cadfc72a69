/** Times the cases of a workload with benny. */
import { add, configure, cycle, suite } from "benny";
import { ValueError } from "@unfold/rnn";
import type { Case } from "./cases.js";
import { measurementOf, type Measurement } from "./measurement.js";

/** Times cases one after another. @throws ValueError NOT_FINITE if a run returns a number that is not finite. */
export async function timeCases(workload: string, cases: readonly Case[], isQuick: boolean): Promise<Measurement[]> {
  let failure: unknown;
  const guarded = ({ name, prepare }: Case): (() => Promise<() => void>) => {
    return async () => {
      const work = await prepare();
      return () => {
        try {
          checkFinite(`${workload}, ${name}`, work());
        } catch (error) {
          failure ??= error;
          throw error;
        }
      };
    };
  };
  try {
    const summary = await withLogOnStandardError(() =>
      suite(
        workload,
        configure({ cases: isQuick ? { ...ONE_RUN_PER_SAMPLE, minSamples: 3, maxTime: 0.5 } : LONG }),
        ...cases.map((item) => add(item.name, guarded(item))),
        cycle(({ name, samples }) => {
          process.stderr.write(`${workload}, ${name}: ${samples} runs\n`);
        }),
      ),
    );
    return summary.results.map(({ name, details }) =>
      measurementOf(
        workload,
        name,
        details.sampleResults.map((seconds) => seconds * 1000),
      ),
    );
  } catch (error) {
    // benny rejects with an event of its own, which does not say what went wrong.
    throw failure ?? error;
  }
}

/** Benchmark.js repeats a case within a sample until minTime has passed; minimum and median must be those of runs. */
const ONE_RUN_PER_SAMPLE = { minTime: 1e-6 };
const LONG = { ...ONE_RUN_PER_SAMPLE, minSamples: 5, maxTime: 10 };

function checkFinite(where: string, result: number): void {
  if (Number.isFinite(result)) return;
  throw new ValueError({ code: "NOT_FINITE", where, rule: "the result of a run must be finite", got: String(result) });
}

/** benny greets on standard output, which holds results only. */
async function withLogOnStandardError<T>(run: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = console.error;
  try {
    return await run();
  } finally {
    console.log = log;
  }
}
