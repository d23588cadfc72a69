/** The command line of the benchmarks. */
import { CommandLineError } from "../src/command-line.js";
import type { EngineOptions } from "./engine-flags.js";
import { COMPILED_NAMES, type CompiledName } from "./steps/backends.js";
import { CONVOLUTIONS } from "./workloads/convolutions.js";
import { MNIST } from "./workloads/mnist.js";
import { W7, WORKLOADS, type Workload } from "./workloads/workload.js";

const FLAGS = ["--peers", "--json", "--quick", "--relaxed", "--revectorize"] as const;
const BACKENDS = COMPILED_NAMES.map((name) => `--${name}`);
const TOPICS = [
  "cells",
  "custom",
  "sampling",
  "rtrl",
  "vanishing",
  "optimizers",
  "data",
  "checkpoints",
  "compile",
  "memory",
  "graph",
] as const;
/** What can be measured besides the workloads. */
export type Topic = (typeof TOPICS)[number];

/** The name by which all lengths of W8, or both sizes of W7, are asked for. */
function groupOf({ name }: Workload): string {
  return name.slice(0, 2);
}

/** The name by which all image work is asked for, with a product, whose rate is the measure. */
const IMAGES = "conv";
const GROUPS = [...new Set(WORKLOADS.map(groupOf)), MNIST.name, IMAGES];
const NAMES = [...WORKLOADS, MNIST, ...CONVOLUTIONS].map(({ name }) => name);

/** What `--help` prints. */
export const HELP = `npm run bench -- [${GROUPS.join(" ")} | ${TOPICS.join(" | ")}] [${FLAGS.join("] [")}]

Times one training step (W6: one token; W7a, W7b: one product) of the workloads named, W1 to W8 unless given, in turn
with the same step written by hand in C. Lengths of W8 by themselves: ${WORKLOADS.map(({ name }) => name)
  .filter((name) => /_/.test(name))
  .join(", ")}.

conv         a small convolutional network, and convolutions and pooling by themselves:
             ${CONVOLUTIONS.map(({ name }) => name).join(", ")};
             with W7a, whose GFLOP/s they are to be compared with
mnist        an epoch of 10,000 real digits with the network of W5, minibatches of ${MNIST.batch}
cells        a training step with each cell, against an Elman network's
custom       cells of one's own against the built-in LSTM
sampling     writing with an LSTM, a token per step: ways to choose it, and beam search
rtrl         real-time recurrent learning against backpropagation through time, at growing numbers of units
vanishing    a training step whose gradient vanishes over 600 steps, against one whose gradient does not
optimizers   what each costs at a million parameters, beyond moving the numbers it reads and writes
data         examples per second through a pipeline
checkpoints  bytes per second into a file and out of it
compile      compiling W3, first step included, at growing lengths
memory       bytes of the plan of W8 at growing lengths
graph        building, unfolding and differentiating; that they grow as the length

--peers        also TensorFlow.js, jax-js, brain.js, and PyTorch if it is there; installed into the user's cache
--json         prints one line of JSON per result
--quick        takes few samples
--relaxed      switches on fused multiply-add in engines that have it behind a flag (Node 20)
--revectorize  switches on the joining of vectors in engines that can (Node 22 and later)
${BACKENDS.join(", ")}: compiled code with these instructions, not the fastest there are`;

/** What was asked for. */
export interface BenchmarkOptions {
  readonly hasPeers: boolean;
  readonly isJson: boolean;
  readonly isQuick: boolean;
  readonly engine: EngineOptions;
  readonly backend: CompiledName;
  readonly workloads: readonly Workload[];
  readonly topics: readonly Topic[];
}

/**
 * The options of a command line.
 *
 * @param words - the words after the program's name
 * @throws CommandLineError OPTIONS if a word is unknown.
 */
export function parseCommandLine(words: readonly string[]): BenchmarkOptions {
  const allowed: readonly string[] = [...FLAGS, ...BACKENDS, ...TOPICS, ...GROUPS, ...NAMES];
  const unknown = words.filter((word) => !allowed.includes(word));
  if (unknown.length > 0) {
    throw new CommandLineError({
      code: "OPTIONS",
      where: "npm run bench",
      rule: `the words must be of ${[...FLAGS, ...TOPICS].join(", ")} and the workloads ${GROUPS.join(", ")}`,
      got: unknown.map((word) => JSON.stringify(word)).join(", "),
    });
  }
  const hasImages = words.includes(IMAGES);
  const named = [
    ...WORKLOADS.filter((workload) => words.includes(workload.name) || words.includes(groupOf(workload))),
    ...(hasImages ? W7.slice(0, 1) : []),
    ...(words.includes(MNIST.name) ? [MNIST] : []),
    ...CONVOLUTIONS.filter(({ name }) => hasImages || words.includes(name)),
  ];
  const topics = TOPICS.filter((topic) => words.includes(topic));
  return {
    hasPeers: words.includes("--peers"),
    isJson: words.includes("--json"),
    isQuick: words.includes("--quick"),
    engine: { isRelaxed: words.includes("--relaxed"), isRevectorized: words.includes("--revectorize") },
    backend: COMPILED_NAMES.find((name) => words.includes(`--${name}`)) ?? "auto",
    workloads: named.length === 0 && topics.length === 0 ? WORKLOADS : named,
    topics,
  };
}
