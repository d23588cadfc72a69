/** Reports of training: what they show, and that nothing recorded breaks them. */
import type { EpochRecord } from "@unfold/nn";
import { escapeHtml, learningRatePlot, trainingReport } from "@unfold/report";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const pictures = (html: string): string[] => html.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
const record = (epoch: number, values: Partial<EpochRecord>): EpochRecord => ({
  ...{ epoch, step: 10 * (epoch + 1), loss: 1 / (epoch + 1), monitored: {}, validation: {} },
  ...values,
});

describe("trainingReport", () => {
  const history = [0, 1, 2].map((epoch) =>
    record(epoch, {
      validation: { loss: 2 / (epoch + 1), accuracy: 0.25 * epoch },
      monitored: { learningRate: 0.1 * 0.5 ** epoch },
    }),
  );

  test("has a chart of both losses, one of each other metric, one of the learning rate", () => {
    const charts = pictures(trainingReport(history));
    expect(charts).toHaveLength(3);
    for (const text of ["training loss", "validation loss", "epoch"]) expect(charts[0]).toContain(text);
    expect(charts[1]).toContain("validation accuracy");
    expect(charts[2]).toContain("learningRate");
  });

  test("says what came out, last and best, beside the facts", () => {
    const html = trainingReport(history, { title: "A <b>", facts: { units: 7, text: "x & y" }, best: 1 });
    for (const text of ["A &lt;b&gt;", "<td>7</td>", "x &amp; y", "3 after 30 steps: training loss 0.3333"])
      expect(html).toContain(text);
    expect(html).toContain("2 after 20 steps: training loss 0.5, validation loss 1, validation accuracy 0.25");
    expect(html).toContain(">best<");
  });

  test("shows the loss over steps if it is given them, means of as many as it takes", () => {
    const steps = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ epoch: 0, step: i + 1, loss: 5 - i / count, monitored: {} }));
    const chartOf = (count: number): string => pictures(trainingReport(history, { steps: steps(count) }))[1]!;
    expect(chartOf(500)).toContain(">training loss<");
    expect(chartOf(1001)).toContain(">training loss, mean of 3 steps<");
    expect(trainingReport([], { steps: steps(3) })).toContain("loss by step");
  });

  test("of one epoch shows its point, and of none only the facts", () => {
    expect(pictures(trainingReport(history.slice(0, 1)))[0]).toMatch(/<path[^>]*transform/);
    expect(trainingReport([], { facts: { units: 7 } })).toContain("<td>7</td>");
  });

  test("whatever was recorded, it is a page, without a place that is not a number", () => {
    const number = fc.double();
    const numbers = fc.dictionary(fc.string({ unit: "binary", maxLength: 6 }), number, { maxKeys: 3 });
    const records = fc.array(fc.record({ loss: number, validation: numbers, monitored: numbers }), { maxLength: 4 });
    fc.assert(
      fc.property(records, fc.string(), (list, title) => {
        const html = trainingReport(
          list.map((values, epoch) => record(epoch, values)),
          { title },
        );
        expect(html).toContain(`<h1>${escapeHtml(title)}</h1>`);
        for (const chart of pictures(html)) expect(chart).not.toMatch(/\b(d|x|y|transform|points)="[^"]*NaN/);
      }),
      { numRuns: 8 },
    );
  });
});

describe("learningRatePlot", () => {
  const points = [1e-5, 1e-4, 1e-3, 1e-2].map((rate, i) => ({ rate, loss: 4 - i, smoothed: 4 - i / 2 }));

  test("shows rates by their logarithm, and the one where the loss falls fastest", () => {
    const svg = learningRatePlot({ points, steepest: 1e-3 });
    for (const text of ["learning rate", "smoothed loss", "1e-5", "1e-4", "falls fastest at 0.0010"])
      expect(svg).toContain(text);
  });

  test("of a range that never falls, or that ended at once, is still a picture", () => {
    expect(learningRatePlot({ points, steepest: undefined })).not.toContain("fastest");
    expect(learningRatePlot({ points: [], steepest: undefined })).toContain("<svg");
  });
});
