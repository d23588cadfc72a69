/** Which implementations are timed on a workload, and their results. */
import { UnfoldError } from "@unfold/rnn";
import { floorOf } from "../floor/floor.js";
import { productFloor } from "../floor/product.js";
import type { PeerCommand } from "../peers/peer-process.js";
import { startPeers } from "../peers/peers.js";
import type { Row } from "../print-results.js";
import { fittedDigits } from "../training/fitted-digits.js";
import { dataOf, type WorkloadData } from "../workloads/data.js";
import type { Workload } from "../workloads/workload.js";
import type { OurBackend } from "./backends.js";
import { compare } from "./compare.js";
import type { Implementation } from "./implementation.js";
import { LONG, QUICK } from "./rounds.js";
import { unfoldOn } from "./unfold.js";

/** How workloads are timed. */
export interface StepOptions {
  readonly isQuick: boolean;
  /** Ours, the fastest first. */
  readonly backends: readonly OurBackend[];
  readonly peers: readonly PeerCommand[];
  /** Takes what the reader should know besides the results, a line at a time. */
  readonly note: (line: string) => void;
}

/** Times ours, the floor and the peers on a workload. */
export async function timeSteps(workload: Workload, options: StepOptions): Promise<Row[]> {
  const { isQuick, backends, peers, note } = options;
  const data = dataOf(workload);
  const implementations = [
    ...(await ours(backends, workload, data, isQuick)),
    ...(await floors(workload, data, note)),
    ...(await startPeers(peers, workload, data, note)),
  ];
  try {
    return await compare(workload, implementations, isQuick ? QUICK : LONG, note);
  } finally {
    for (const { close } of implementations) close();
  }
}

/** From here on the interpreter takes too long to be timed beside a faster backend, and to be run at all. */
const HEAVY_FLOPS = 1e9;
const TOO_HEAVY_FLOPS = 5e9;

async function ours(
  backends: readonly OurBackend[],
  workload: Workload,
  data: WorkloadData,
  isQuick: boolean,
): Promise<Implementation[]> {
  const isHeavy = workload.flops > (isQuick ? TOO_HEAVY_FLOPS : HEAVY_FLOPS);
  const implementations: Implementation[] = [];
  for (const backend of isHeavy ? backends.slice(0, 1) : backends) {
    implementations.push(await unfoldOn(backend, workload, data));
    if (workload.kind === "mnist") implementations.push(await fittedDigits(backend, workload, data));
  }
  return implementations;
}

async function floors(workload: Workload, data: WorkloadData, note: (line: string) => void): Promise<Implementation[]> {
  // Nobody has written them by hand: the rate of a product is the measure.
  if (workload.kind === "conv-net" || workload.kind === "window" || workload.kind === "mnist") return [];
  if (workload.kind !== "product") return [await floorOf(workload, data)];
  try {
    return [await productFloor(workload, data)];
  } catch (error) {
    if (!(error instanceof UnfoldError)) throw error;
    note(`${workload.name}: without floor: ${error.message}`);
    return [];
  }
}
