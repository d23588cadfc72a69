/** All cells at one size. */
import {
  clockwork,
  convLstm,
  coupledLstm,
  echoState,
  elman,
  gru,
  hyperLstm,
  jordan,
  layerNormLstm,
  linearRecurrence,
  lstm,
  minimalGatedUnit,
  multiplicativeLstm,
  narx,
  peepholeLstm,
  projectedLstm,
  type RecurrentCell,
} from "@unfold/rnn";
import { SEED } from "../workloads/workload.js";

/** F and H, multiples of 32. */
export interface CellSizes {
  readonly inputs: number;
  readonly units: number;
}

/** A cell, and which of its outputs is what it says. */
export interface NamedCell {
  readonly name: string;
  readonly cell: RecurrentCell;
  readonly read: string;
}

/** Rows and columns of the images of a convolutional cell; channels are as many as F and H ask for. */
const IMAGE = [4, 8] as const;
const PIXELS = 32;

/** All cells, the Elman network first; what they say has as many numbers as they have units, but for the projected one. */
export function everyCell({ inputs, units }: CellSizes): NamedCell[] {
  const options = { inputs, units, seed: SEED };
  const channels = { inputs: inputs / PIXELS, units: units / PIXELS, size: IMAGE, seed: SEED };
  const cells: readonly (readonly [name: string, cell: RecurrentCell, read?: string])[] = [
    ["Elman", elman(options)],
    ["Jordan", jordan({ ...options, outputs: units }), "y"],
    ["LSTM", lstm(options)],
    ["LSTM, peepholes", peepholeLstm(options)],
    ["LSTM, coupled gates", coupledLstm(options)],
    ["LSTM, layer-normalized", layerNormLstm(options)],
    ["LSTM, projected to half", projectedLstm({ ...options, projection: units / 2 })],
    ["multiplicative LSTM", multiplicativeLstm(options)],
    ["HyperLSTM", hyperLstm(options)],
    [`convolutional LSTM, ${IMAGE.join(" × ")} pixels`, convLstm(channels)],
    ["GRU", gru(options)],
    ["GRU, reset before the product", gru({ ...options, resetAfter: false })],
    ["minimal gated unit", minimalGatedUnit(options)],
    ["clockwork, 4 modules", clockwork(options)],
    ["NARX, 2 output taps", narx({ ...options, outputs: units }), "y"],
    ["linear recurrence", linearRecurrence({ ...options, outputs: units }), "y"],
    ["echo state, readout trained", echoState(options)],
  ];
  return cells.map(([name, cell, read = "h"]) => ({ name, cell, read }));
}
