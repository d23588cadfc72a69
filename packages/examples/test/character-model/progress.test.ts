/** How far a run is, as it is shown. */
import { fakeTerminal } from "@unfold/testkit/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { showProgress } from "../../src/character-model/progress.js";

describe("progress where there is no terminal", () => {
  let said: string[] = [];
  beforeEach(() => {
    said = [];
    vi.useFakeTimers({ toFake: ["performance"] });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is a line every ten seconds, of this run's own speed", () => {
    const progress = showProgress({ from: 100, to: 400, charactersPerStep: 480, isBar: false });
    for (let step = 101; step <= 125; step++) {
      vi.advanceTimersByTime(1000);
      progress.update(step, 2.5);
    }
    progress.stop();
    // One step of 480 characters a second.
    expect(said).toEqual([
      "step 110 of 400: 2.500 bits per character, 480 characters/s, 4:50 left\n",
      "step 120 of 400: 2.500 bits per character, 480 characters/s, 4:40 left\n",
    ]);
  });

  test("shows the losses averaged, the newest weighing most", () => {
    const progress = showProgress({ from: 0, to: 10, charactersPerStep: 1, isBar: false });
    progress.update(1, 4);
    vi.advanceTimersByTime(10_000);
    progress.update(2, 2);
    expect(said[0]).toContain(" 3.900 bits per character");
  });
});

describe("the progress bar", () => {
  test("fits a terminal of 80 columns, and leaves its modes alone", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const terminal = fakeTerminal(process.stderr);
    const exits = process.listenerCount("exit");
    try {
      const progress = showProgress({ from: 0, to: 1300, charactersPerStep: 1000, isBar: true });
      expect(process.listenerCount("exit")).toBe(exits + 1);
      vi.advanceTimersByTime(10_000);
      progress.update(1300, 12.3456);
      progress.stop();
      progress.stop();
    } finally {
      vi.useRealTimers();
      terminal.restore();
    }
    expect(process.listenerCount("exit")).toBe(exits);
    const { written } = terminal;
    const lines = written.filter((text) => text.includes("1300/1300"));
    expect(lines.length).toBeGreaterThan(0);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toMatch(/12\.346 bits\/character \| 130000 characters\/s \| 0:00 left$/);
    expect(written.join("")).not.toContain("\u001b[?");
  });
});
