/** Who is measured against us, and how they are started. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UnfoldError } from "@unfold/rnn";
import type { Implementation } from "../steps/implementation.js";
import type { WorkloadData } from "../workloads/data.js";
import type { Workload } from "../workloads/workload.js";
import { installed } from "./install.js";
import { startPeer, type PeerCommand } from "./peer-process.js";

const PACKAGES = [
  "@tensorflow/tfjs@4.22.0",
  "@tensorflow/tfjs-backend-wasm@4.22.0",
  "@jax-js/jax@0.1.25",
  "brain.js@1.6.1",
];

/** Installs the packages where they are missing and says how all peers are started. PyTorch is used only if it is there. */
export async function findPeers(note: (line: string) => void): Promise<PeerCommand[]> {
  const folder = await installed("peers", PACKAGES);
  const node = (name: string, script: string, ...words: readonly string[]): PeerCommand => ({
    name,
    command: process.execPath,
    words: [path(script), folder, ...words],
    isFor: () => true,
  });
  const python = ["python3", "/usr/bin/python3"].find(hasTorch);
  if (python === undefined) note("pytorch: left out, there is no python3 with torch");
  return [
    node("tfjs-wasm", "tfjs.mjs", "stock"),
    { ...node("tfjs-wasm-patched", "tfjs.mjs", "patched"), isFor: isTraining },
    { ...node("jax-js", "jax-js.mjs"), isFor: ({ kind }) => kind !== "mnist" },
    { ...node("brain.js", "brain.mjs"), isFor: isMinCharRnn },
    ...(python === undefined
      ? []
      : [{ name: "pytorch", command: python, words: [path("pytorch.py")], isFor: () => true }]),
  ];
}

/** Those peers that can do a workload, started; why others cannot goes into `note`. */
export async function startPeers(
  peers: readonly PeerCommand[],
  workload: Workload,
  data: WorkloadData,
  note: (line: string) => void,
): Promise<Implementation[]> {
  const started: Implementation[] = [];
  for (const peer of peers.filter(({ isFor }) => isFor(workload))) {
    try {
      started.push(await startPeer(peer, workload, data));
    } catch (error) {
      if (!(error instanceof UnfoldError)) throw error;
      note(`${workload.name}: left out: ${error.message}`);
    }
  }
  return started;
}

/** The patch is one of gradients. */
function isTraining(workload: Workload): boolean {
  if (workload.kind === "conv-net") return workload.isTrained;
  if (workload.kind === "window") return workload.isDifferentiated;
  return workload.kind !== "lstm-token" && workload.kind !== "product";
}

/** brain.js has tokens, one sequence at a time. */
function isMinCharRnn(workload: Workload): boolean {
  return workload.kind === "elman" && workload.tokens !== undefined && workload.batch === 1;
}

function hasTorch(python: string): boolean {
  return spawnSync(python, ["-c", "import torch"]).status === 0;
}

function path(script: string): string {
  return fileURLToPath(new URL(script, import.meta.url));
}
