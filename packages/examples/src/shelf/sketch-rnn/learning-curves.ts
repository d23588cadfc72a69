/** How Sketch-RNN learned, as pictures and as a table. */
import { figure, lineChart } from "@unfold/report";
import { textTable } from "@unfold/rnn";
import { mean } from "../../statistics.js";
import type { Losses, Training } from "./train.js";

/** Both networks' trainings. */
export interface Trainings {
  /** Of the decoder by itself. */
  readonly alone: Training;
  /** Of encoder and decoder. */
  readonly coded: Training;
}

/** Rows of the table. */
const LINES = 6;

/** L_R and L_KL over the epochs. */
export function learningCurves({ alone, coded }: Trainings): string {
  const x = { name: "epoch" };
  const curve = (name: string, losses: readonly number[], isDashed = false) => ({
    name,
    isDashed,
    points: losses.map((loss, epoch) => [epoch + 1, loss] as const),
  });
  const reconstruction = (losses: readonly Losses[]): number[] => losses.map((each) => each.reconstruction);
  return (
    figure(
      lineChart({
        x,
        y: { name: "L_R, nats" },
        curves: [
          curve("decoder alone", reconstruction(byEpoch(alone)), true),
          curve("decoder alone, held out", reconstruction(alone.heldOut)),
          curve("with codes", reconstruction(byEpoch(coded)), true),
          curve("with codes, held out", reconstruction(coded.heldOut)),
        ],
      }),
      "The reconstruction loss, of the characters trained on and of those held out. It is a density's logarithm and may fall below 0.",
    ) +
    figure(
      lineChart({
        x,
        y: { name: "L_KL, nats per number of a code", min: 0 },
        curves: [
          curve(
            "trained on",
            byEpoch(coded).map(({ divergence }) => divergence),
            true,
          ),
          curve(
            "held out",
            coded.heldOut.map(({ divergence }) => divergence),
          ),
        ],
      }),
      "How much a code says. Its price rises with the updates, and what the decoder gains by it rises too.",
    )
  );
}

/** The losses of the characters held out, of some of the epochs. */
export function learningTable({ alone, coded }: Trainings): string {
  const epochs = alone.heldOut.length;
  const shown = Array.from({ length: LINES }, (_, i) => Math.round((i * (epochs - 1)) / (LINES - 1)));
  const rows = [...new Set(shown)].map((epoch) => {
    const { reconstruction, divergence } = coded.heldOut[epoch]!;
    return [epoch + 1, alone.heldOut[epoch]!.reconstruction, reconstruction, divergence].map((value, column) =>
      column === 0 ? String(value) : value.toFixed(3),
    );
  });
  return textTable([["epoch", "decoder alone: L_R", "with codes: L_R", "L_KL"], ...rows], () => true);
}

/** The mean losses of each epoch's updates. */
function byEpoch({ updates, heldOut }: Training): Losses[] {
  const size = updates.length / heldOut.length;
  return heldOut.map((_, epoch) => {
    const own = updates.slice(epoch * size, (epoch + 1) * size);
    return {
      reconstruction: mean(own.map(({ reconstruction }) => reconstruction)),
      divergence: mean(own.map(({ divergence }) => divergence)),
    };
  });
}
