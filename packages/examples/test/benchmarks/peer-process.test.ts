/** The conversation with programs that are measured against us. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startPeer, type PeerCommand } from "../../benchmarks/peers/peer-process.js";
import { dataOf } from "../../benchmarks/workloads/data.js";
import { W1 } from "../../benchmarks/workloads/workload.js";

const STUB: PeerCommand = {
  name: "stub",
  command: process.execPath,
  words: [fileURLToPath(new URL("stub-peer.mjs", import.meta.url))],
  isFor: () => true,
};

test("a peer gets the data, runs once, and answers slice by slice", async () => {
  const data = dataOf(W1);
  const peer = await startPeer(STUB, W1, data);
  expect(peer).toMatchObject({ name: "stub", runsOn: "stub, Int32Array 25,1", first: data.weights["Wx"]!.data[0] });
  const times = await peer.slice(5);
  expect(times.length).toBeGreaterThan(1);
  expect(times.every((time) => time >= 0)).toBe(true);
  expect(await peer.slice(0)).toHaveLength(1);
  peer.close();
});

test("what a peer cannot do is said in one line", async () => {
  const refused = startPeer(STUB, { ...W1, name: "impossible" }, dataOf(W1));
  await expect(refused).rejects.toThrow(/stub: it must answer with times, got too hard\.?$/);
});

test("a peer that cannot be started, or ends, is an error", async () => {
  const absent = startPeer({ ...STUB, command: "no-such-program" }, W1, dataOf(W1));
  await expect(absent).rejects.toThrow(/no-such-program/);
  const short = startPeer({ ...STUB, words: ["--eval", "throw new Error('gone')"] }, W1, dataOf(W1));
  await expect(short).rejects.toThrow(/must answer with times/);
});
