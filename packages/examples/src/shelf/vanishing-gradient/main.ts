/** Vanishing and exploding gradients on recurrences of one unit: Hochreiter's factor, Bengio's latch, Pascanu's wall. */
import { figure, lineChart } from "@unfold/report";
import { textTable } from "@unfold/rnn";
import { largest, mean, percent } from "../../statistics.js";
import { defineExample } from "../example.js";
import { along, descend, latch, logisticFactors } from "./unit.js";

/** Of the logistic unit to itself. */
const WEIGHTS = [2, 3.9, 4, 5, 8];
const NETS = Array.from({ length: 81 }, (_, i) => -4 + i / 10);
/** Of the latch. */
const LATCHES = [0.5, 0.9, 1, 1.1, 1.5, 2, 3];
const LATCH_GRID = Array.from({ length: 26 }, (_, i) => 0.5 + i / 10);
/** Steps that the latch must hold. */
const HELD = 20;
/** Where the wall is cut, and where descent begins. */
const B = -2.6;
const START = { w: 5.2, b: -2.5 };

export const example = defineExample({
  title: "Gradients that vanish, and gradients that explode",
  settings: { updates: { about: "of the weights on the way to the wall", value: 300, min: 3, max: 100_000 } },
  run: async ({ updates }) => {
    const factors = WEIGHTS.map((weight) => Math.max(...logisticFactors(weight, NETS)));
    const latches = LATCHES.map((weight) => latch(weight, 0.8, HELD));
    const drawn = LATCH_GRID.map((w) => ({ w, ...latch(w, 0.8, HELD) }));
    const cut = await along(
      B,
      Array.from({ length: 2001 }, (_, i) => 4.5 + i / 2000),
    );
    const free = await descend(START, { updates });
    const clipped = await descend(START, { updates, clipGlobalNorm: 1 });
    const steepest = cut.reduce((most, point) => (point.norm > most.norm ? point : most));
    const flattest = cut.reduce((least, point) => (point.norm < least.norm ? point : least));
    return {
      figures: {
        largestFactor: factors,
        latch: latches,
        wall: { at: steepest.w, steepest: steepest.norm, elsewhere: flattest.norm },
        withoutClipping: ending(free),
        withClipping: ending(clipped),
      },
      text: [
        "Logistic unit: the largest factor over one step, and over 20 steps at best.",
        textTable(
          [
            ["w", "|σ' w|", "^20"],
            ...WEIGHTS.map((w, i) => [String(w), factors[i]!.toFixed(4), (factors[i]! ** 20).toExponential(1)]),
          ],
          () => true,
        ),
        `tanh unit that was set to 0.8: what it says after ${HELD} steps, how often its sign is right if it reads noise, and how much of the gradient comes back.`,
        textTable(
          [
            ["w", "h", "right in noise", "|∂h / ∂first|"],
            ...LATCHES.map((w, i) => {
              const { kept, held, left } = latches[i]!;
              return [String(w), kept.toFixed(4), percent(held), left.toExponential(1)];
            }),
          ],
          () => true,
        ),
        `The wall: the gradient's norm is ${steepest.norm.toFixed(0)} at w = ${steepest.w.toFixed(3)}, ${flattest.norm.toFixed(2)} half a unit away.`,
        `Mean loss of the last third of ${updates} updates: ${ending(free).loss.toFixed(4)} without clipping, ${ending(clipped).loss.toFixed(4)} with gradients clipped to norm 1.`,
      ].join("\n"),
      parts: [
        figure(
          lineChart({
            x: { name: "net of the unit" },
            y: { name: "|σ'(net) w|", min: 0 },
            curves: WEIGHTS.map((w) => ({
              name: `w = ${w}`,
              points: logisticFactors(w, NETS).map((factor, i): [number, number] => [NETS[i]!, factor]),
            })),
            levels: [{ y: 1, text: "1" }],
          }),
          "Hochreiter's factor. Below the line an error shrinks at every step on its way back, above it grows. No weight below 4 ever comes above it.",
        ),
        figure(
          lineChart({
            x: { name: "w" },
            y: { name: `after ${HELD} steps`, isLog: true, min: 1e-8, max: 10 },
            curves: [
              { name: "what is remembered", points: drawn.map(({ w, kept }) => [w, kept]) },
              { name: "runs right in noise", points: drawn.map(({ w, held }) => [w, held]), isDashed: true },
              { name: "what is left of the gradient", points: drawn.map(({ w, left }) => [w, left]) },
            ],
          }),
          "Bengio's latch. A weight above 1 holds a bit, but in noise only one of 2 and more: below, half of the runs are right, by chance. A unit that holds so firmly is saturated, and passes back nothing of what set it.",
        ),
        figure(
          lineChart({
            x: { name: `w, with b = ${B}` },
            y: { name: "", isLog: true },
            curves: [
              { name: "loss", points: cut.map(({ w, loss }) => [w, loss]) },
              { name: "norm of the gradient", points: cut.map(({ w, norm }) => [w, norm]) },
            ],
          }),
          "Pascanu's wall: fifty steps turn a small change of w into another attractor. At the wall the gradient is larger by orders of magnitude.",
        ),
        figure(
          lineChart({
            x: { name: "update" },
            y: { name: "loss", isLog: true },
            curves: [
              { name: "without clipping", points: free.map(({ loss }) => loss) },
              { name: "gradient clipped to norm 1", points: clipped.map(({ loss }) => loss) },
            ],
          }),
          "Gradient descent that comes to the wall. Without clipping one step throws it far away; with clipping it stays near.",
        ),
      ],
    };
  },
});

/** What is left to learn at the end, and the largest gradient on the way. */
function ending(descent: readonly { readonly loss: number; readonly norm: number }[]) {
  const last = descent.slice(Math.floor((2 * descent.length) / 3));
  return { loss: mean(last.map(({ loss }) => loss)), largestNorm: largest(descent.map(({ norm }) => norm)) };
}
