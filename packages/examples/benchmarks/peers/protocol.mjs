/**
 * How a program measured against us is asked: a line of JSON in, a line of JSON out.
 *
 * First `{ workload, data }`, answered by `{ runsOn, first }` after one run, or `{ refusal }`. Then any number of
 * `{ slice }`, answered by `{ times }`: the milliseconds of each run within so many milliseconds, one run at least.
 */
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";
import { performance } from "node:perf_hooks";

// Whatever libraries print must not get between the answers.
console.log = console.error;

/**
 * Answers until standard input ends.
 *
 * @param build - makes `{ runsOn, run }` from a workload and its data; `run` returns a number or a promise of one, NaN if
 *   nobody else has it
 */
export async function answer(build) {
  let run;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      if (request.workload === undefined) say({ times: await timeRuns(run, request.slice) });
      else {
        const built = await build(request.workload, decode(request.data));
        run = built.run;
        say({ runsOn: built.runsOn, first: await run() });
      }
    } catch (error) {
      say({ refusal: String(error?.message ?? error).split("\n")[0] });
    }
  }
  process.exit(0);
}

async function timeRuns(run, milliseconds) {
  const times = [];
  const end = performance.now() + milliseconds;
  for (let now = performance.now(); times.length === 0 || now < end;) {
    const result = run();
    // A promise that has to be awaited costs; a number must not.
    if (result instanceof Promise) await result;
    const after = performance.now();
    times.push(after - now);
    now = after;
  }
  return times;
}

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** `{ weights, x, y }`, each tensor as `{ shape, data }` with a typed array. */
function decode({ weights, x, y }) {
  const tensor = ({ shape, dtype, base64 }) => {
    const { buffer, byteOffset, byteLength } = Buffer.from(base64, "base64");
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
    return { shape, data: dtype === "i32" ? new Int32Array(bytes) : new Float32Array(bytes) };
  };
  return {
    weights: Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, tensor(weight)])),
    ...(x && { x: tensor(x) }),
    ...(y && { y: tensor(y) }),
  };
}
