/** Summaries: rows of nested containers, by hand, and the table. */
import { input, relu } from "@unfold/core";
import {
  convolution2d,
  dense,
  dropout,
  embedding,
  maxPooling2d,
  residualBlock,
  sequential,
  summarize,
  summaryTable,
} from "@unfold/nn";
import { expect, test } from "vitest";

const hidden = dense({ name: "hidden", inputs: 4, units: 4, seed: 1 });

test("a layer by itself is one row", () => {
  expect(summarize(hidden, input("x", [8, 4]))).toEqual([
    {
      name: "hidden",
      depth: 0,
      output: "f32[8, 4]",
      parameters: 20,
      flops: 2 * 8 * 4 * 4 + 8 * 4,
      parameterBytes: 80,
      outputBytes: 128,
    },
  ]);
});

test("containers inside containers are indented; shared parameters count once in all", () => {
  const model = sequential([
    embedding({ tokens: 10, units: 4, seed: 1 }),
    residualBlock(sequential([hidden, relu, hidden], "inner")),
    dropout({ rate: 0.5 }),
  ]);
  const rows = summarize(model, input("tokens", [5, 2], "i32"));
  const dense20 = 2 * 10 * 4 * 4 + 40;
  expect(rows.map(({ name, depth, parameters, flops }) => [name, depth, parameters, flops])).toEqual([
    ["sequential", 0, 60, 2 * dense20 + 80],
    ["embedding", 1, 40, 0],
    ["residualBlock", 1, 20, 2 * dense20 + 80],
    ["inner", 2, 20, 2 * dense20 + 40],
    ["hidden", 3, 20, dense20],
    ["relu", 3, 0, 40],
    ["hidden", 3, 20, dense20],
    ["dropout", 1, 0, 0],
  ]);
  // Results of all layers that hold no others, 160 bytes each.
  expect(rows[0]!.outputBytes).toBe(5 * 160);
});

test("the table of a small convolutional network", () => {
  const model = sequential(
    [
      convolution2d({ name: "first", inputs: 1, units: 6, window: 5, padding: "same", seed: 1 }),
      relu,
      maxPooling2d({ window: 2 }),
    ],
    "network",
  );
  // 2 · 32 · 28² · 5² · 6 of the convolution, 32 · 28² · 6 of each bias, relu and maximum.
  expect(`\n${summaryTable(summarize(model, input("images", [32, 28, 28, 1])))}\n`).toBe(`
layer           output              parameters      flops  parameter bytes  output bytes
network         f32[32, 14, 14, 6]         156  7,977,984              624     1,354,752
  first         f32[32, 28, 28, 6]         156  7,676,928              624       602,112
  relu          f32[32, 28, 28, 6]           0    150,528                0       602,112
  maxPooling2d  f32[32, 14, 14, 6]           0    150,528                0       150,528
`);
});
