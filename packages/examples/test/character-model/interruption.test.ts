/** Ctrl-C. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { listenForInterruption } from "../../src/character-model/interruption.js";

type Listener = (signal: NodeJS.Signals) => void;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What is listening now that was not before. */
function listenersOf(signal: NodeJS.Signals, before: readonly unknown[]): Listener[] {
  return (process.listeners(signal) as Listener[]).filter((listener) => !before.includes(listener));
}

describe("an interruption", () => {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  const added = (signal: NodeJS.Signals = "SIGINT"): Listener[] =>
    listenersOf(signal, before.get(signal as "SIGINT") ?? []);
  const send = (signal: NodeJS.Signals): void => {
    for (const listener of added(signal)) listener(signal);
  };
  const exit = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    exit.mockReset();
    vi.spyOn(process, "exit").mockImplementation(exit as never);
  });
  afterEach(() => {
    vi.useRealTimers();
    for (const signal of SIGNALS) for (const listener of added(signal)) process.off(signal, listener);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s is requested, with its exit code", (signal, code) => {
    const interruption = listenForInterruption();
    expect(interruption.isRequested).toBe(false);
    send(signal);
    expect(interruption.isRequested).toBe(true);
    expect(interruption.exitCode).toBe(code);
    expect(exit).not.toHaveBeenCalled();
  });

  test("is requested once by a key that is heard twice, as under npm, which passes on what the terminal already sent", () => {
    const interruption = listenForInterruption();
    send("SIGINT");
    vi.advanceTimersByTime(100);
    send("SIGINT");
    expect(exit).not.toHaveBeenCalled();
    // The second may come when the run has already stopped.
    interruption.stopListening();
    expect(added()).toHaveLength(1);
  });

  test("asked for a second time ends the process at once", () => {
    listenForInterruption();
    send("SIGINT");
    vi.advanceTimersByTime(1000);
    send("SIGINT");
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  });

  test("is left to the system when nobody listens any more", () => {
    const interruption = listenForInterruption();
    interruption.stopListening();
    expect([...added("SIGINT"), ...added("SIGTERM")]).toEqual([]);
  });
});
