/** Weights that PyTorch and Keras wrote, and ours that they read: both compute and differentiate as we do. */
import {
  bidirectional,
  elman,
  gru,
  kerasGru,
  kerasLstm,
  kerasSimpleRnn,
  lstm,
  projectedLstm,
  pytorchGru,
  pytorchLstm,
  pytorchRnn,
  relu,
  stacked,
  type CellLayoutOptions,
  type FloatNode,
  type HiddenCell,
  type Node,
  type WeightLayout,
} from "@unfold/rnn";
import { testRecordedWeights } from "@unfold/testkit";
import { readFileSync } from "node:fs";
import { describe } from "vitest";

const [F, H] = [3, 2];

/** A network, and where its weights are. */
type Network = readonly [layout: WeightLayout, run: (x: FloatNode) => FloatNode];
type Make<C extends HiddenCell> = (options: { name: string; inputs: number; units: number; seed: number }) => C;

const options = { inputs: F, units: H, seed: 1 };
const overCell = (cell: HiddenCell) => (x: FloatNode) => cell.scan(x).outputs.h;

/** Two layers of two directions each, of 2 numbers per direction. */
function bothWays<C extends HiddenCell>(name: string, make: Make<C>, layoutOf: typeof pytorchLstm): Network {
  const cells = [F, 2 * H].map((inputs, l) => ({
    forward: make({ ...options, name: `${name}/forward${l}`, inputs }),
    backward: make({ ...options, name: `${name}/backward${l}`, inputs }),
  }));
  const layers = cells.map((directions) => bidirectional(directions));
  return [layoutOf(cells, name), (x) => layers.reduce((y, layer) => layer.scan(y).outputs.h, x)];
}

const project: Make<HiddenCell> = (sizes) => projectedLstm({ ...sizes, units: 3, projection: H });

/** Of layers that were made without biases. */
const withoutBias =
  <C>(layoutOf: (cell: C, path: string, options: CellLayoutOptions) => WeightLayout) =>
  (cell: C, path = ""): WeightLayout =>
    layoutOf(cell, path, { bias: false });

function pytorchNetworks(): Record<string, Network> {
  const one = (name: string, cell: HiddenCell, layoutOf: typeof pytorchLstm): [string, Network] => [
    name,
    [layoutOf(cell, name), overCell(cell)],
  ];
  const stack = [F, H, H].map((inputs, l) => gru({ ...options, name: `stack${l}`, inputs }));
  return Object.fromEntries([
    one("rnn", elman({ ...options, name: "rnn" }), pytorchRnn),
    one("relu", elman({ ...options, name: "relu", activation: relu }), pytorchRnn),
    one("lstm", lstm({ ...options, name: "lstm", biases: 2 }), pytorchLstm),
    one("lstm with one bias", lstm({ ...options, name: "one" }), pytorchLstm),
    one("gru", gru({ ...options, name: "gru" }), pytorchGru),
    one("projected", project({ ...options, name: "projected" }), pytorchLstm),
    ["rnn both ways", bothWays("rnn both ways", elman, pytorchRnn)],
    ["lstm both ways", bothWays("lstm both ways", lstm, pytorchLstm)],
    ["gru both ways", bothWays("gru both ways", gru, pytorchGru)],
    ["projected both ways", bothWays("projected both ways", project, pytorchLstm)],
    one("no bias", gru({ ...options, name: "no bias" }), withoutBias(pytorchGru)),
    ["stack", [pytorchGru(stack, "stack"), overCell(stacked(stack))]],
  ]);
}

function kerasNetworks(): Record<string, Network> {
  const one = (name: string, cell: HiddenCell, layoutOf: typeof kerasLstm, path: string): [string, Network] => [
    name,
    [layoutOf(cell, `${name}/${path}`), overCell(cell)],
  ];
  const forward = gru({ ...options, name: "forward" });
  const backward = gru({ ...options, name: "backward" });
  const both = bidirectional({ forward, backward });
  return Object.fromEntries([
    one("rnn", elman({ ...options, name: "rnn" }), kerasSimpleRnn, "simple_rnn_cell"),
    one("relu", elman({ ...options, name: "relu", activation: relu }), kerasSimpleRnn, "simple_rnn_cell"),
    one("lstm", lstm({ ...options, name: "lstm" }), kerasLstm, "lstm_cell"),
    one("gru", gru({ ...options, name: "gru" }), kerasGru, "gru_cell"),
    one("noBias", lstm({ ...options, name: "noBias" }), withoutBias(kerasLstm), "lstm_cell"),
    one("paper", gru({ ...options, name: "paper", resetAfter: false }), kerasGru, "gru_cell"),
    [
      "both",
      [
        [...kerasGru(forward, "both/forward_gru/gru_cell"), ...kerasGru(backward, "both/backward_gru/gru_cell")],
        (x: FloatNode) => both.scan(x).outputs.h,
      ],
    ],
  ]);
}

describe.each([
  { framework: "pytorch", networks: pytorchNetworks() },
  { framework: "keras", networks: kerasNetworks() },
])("$framework", ({ framework, networks }) => {
  testRecordedWeights({
    read: (name) => readFileSync(new URL(`${framework}/${name}`, import.meta.url)),
    layout: Object.values(networks).flatMap(([layout]) => layout),
    networks: Object.fromEntries(
      Object.entries(networks).map(([name, [, run]]) => [name, (x: Node) => run(x as FloatNode)]),
    ),
    // Sums of some tens of products in another order, through four steps and two layers.
    tolerance: 1e-13,
  });
});
