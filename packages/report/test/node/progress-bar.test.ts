/** Progress of training: on a terminal, and nowhere else. */
import { progressBar, terminalBar } from "@unfold/report/node";
import { fakeTerminal } from "@unfold/testkit/node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two epochs of four steps, a second each. */
async function train(callbacks: ReturnType<typeof progressBar>, epochs = 2): Promise<void> {
  await callbacks.onStart?.({ epoch: 0, step: 0, epochs });
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    for (let i = 0; i < 4; i++) {
      vi.advanceTimersByTime(1000);
      await callbacks.onStep?.({ epoch, step: ++step, loss: 8 - step / 2, monitored: {} });
    }
    vi.advanceTimersByTime(1000);
    await callbacks.onEpoch?.({ epoch, step, loss: 1, monitored: {}, validation: { accuracy: 0.25 } });
  }
  await callbacks.onEnd?.();
}

test("shows epoch, loss, metrics and time left, within 80 columns, and changes nothing that a kill would leave changed", async () => {
  const terminal = fakeTerminal(process.stderr);
  const exits = process.listenerCount("exit");
  try {
    await train(progressBar());
  } finally {
    terminal.restore();
  }
  const text = terminal.written.join("");
  const lines = terminal.written.filter((part) => part.includes("epoch"));
  // In the first epoch nobody knows how many steps there will be.
  expect(lines[0]).toMatch(/epoch 1\/2 \| loss – \| – left$/);
  expect(lines.some((line) => line.includes("epoch 1/2 | loss 7.500 | – left"))).toBe(true);
  expect(lines.some((line) => /epoch 2\/2 \| loss [67]\.\d+ \| 0:0[45] left \| accuracy 0\.2500/.test(line))).toBe(
    true,
  );
  expect(lines.at(-1)).toMatch(/epoch 2\/2 \| loss 6.866 \| 0:00 left \| accuracy 0\.2500$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  // The modes of a terminal: whether it shows a cursor, whether lines wrap.
  expect(text).not.toContain("\u001b[?");
  expect(text.endsWith("\n")).toBe(true);
  expect(process.listenerCount("exit")).toBe(exits);
});

test("is quiet where there is no terminal", async () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await train(progressBar({ stepsPerEpoch: 4 }));
    expect(write).not.toHaveBeenCalled();
  } finally {
    write.mockRestore();
  }
});

test("knows the time left from the start where the steps of an epoch are said", async () => {
  const terminal = fakeTerminal(process.stderr);
  try {
    await train(progressBar({ stepsPerEpoch: 4 }), 1);
  } finally {
    terminal.restore();
  }
  expect(terminal.written.some((line) => line.includes("epoch 1/1 | loss 7.500 | 0:03 left"))).toBe(true);
});

test("a bar goes on from where a run did", () => {
  const terminal = fakeTerminal(process.stdout);
  try {
    const bar = terminalBar({
      format: "{value}/{total} {note}",
      from: 3,
      to: 9,
      texts: { note: "a" },
      stream: process.stdout,
    });
    bar.setEnd(12);
    bar.update(12, { note: "b" });
    bar.stop();
  } finally {
    terminal.restore();
  }
  expect(terminal.written).toContain("3/9 a");
  expect(terminal.written).toContain("12/12 b");
});
