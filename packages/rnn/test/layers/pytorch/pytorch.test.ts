/** Stacked and bidirectional layers are PyTorch's: values, last states and gradients. */
import {
  add,
  bidirectional,
  constant,
  createRuntime,
  elman,
  gradient,
  gru,
  input,
  lstm,
  mul,
  stacked,
  stack,
  sum,
  type FloatNode,
  type HiddenCell,
  type NdArray,
  type RecurrenceValues,
} from "@unfold/rnn";
import { expect, test } from "vitest";
import { recordedLayers, type RecordedCell, type RecordedLayers } from "./layers.js";

const [T, B, F, H] = [4, 2, 3, 2];

interface Network {
  readonly cells: readonly HiddenCell[];
  readonly y: FloatNode;
  /** Of the last step of every cell. */
  readonly last: readonly FloatNode[];
}

/** The recorded network, with cells of ours. */
function build(recorded: RecordedLayers, x: FloatNode, way: "over" | "scan"): Network {
  const directions = recorded.bidirectional ? 2 : 1;
  const cells = recorded.cells.map((_, i) => {
    const options = { name: `cell${i}`, inputs: i < directions ? F : directions * H, units: H, seed: i };
    return { lstm: () => lstm({ ...options, biases: 2 }), gru: () => gru(options), rnn: () => elman(options) }[
      recorded.kind
    ]();
  });
  const options = recorded.lengths === null ? {} : { lengths: constant(recorded.lengths, "i32") };
  if (!recorded.bidirectional) {
    const { outputs, final }: RecurrenceValues<Readonly<Record<string, FloatNode>>> = stacked(cells)[way](
      x,
      {},
      options,
    );
    return { cells, y: outputs["h"]!, last: cells.map(({ name }) => final[`${name}/h`] as FloatNode) };
  }
  let y = x;
  const last: FloatNode[] = [];
  for (let i = 0; i < cells.length; i += 2) {
    const values = bidirectional({ forward: cells[i]!, backward: cells[i + 1]! })[way](y, {}, options);
    y = values.outputs.h;
    last.push(values.forward.last.h, values.backward.last.h);
  }
  return { cells, y, last };
}

function expectClose(found: NdArray | undefined, wanted: readonly number[], name: string): void {
  expect(found?.data.length, name).toBe(wanted.length);
  found?.data.forEach((element, i) => {
    // Written down with 12 digits after the point; sums of a few hundred terms.
    expect(Math.abs(element - wanted[i]!), `${name}[${i}]`).toBeLessThanOrEqual(1e-11);
  });
}

/** PyTorch adds two biases, with one gradient; Elman's cell has their sum. */
function withOneBias({ inputBias, recurrentBias, ...weights }: RecordedCell): RecordedCell {
  const value = inputBias!.value.map((element, i) => element + recurrentBias!.value[i]!);
  expect(inputBias!.gradient).toEqual(recurrentBias!.gradient);
  return { ...weights, bias: { value, gradient: inputBias!.gradient } };
}

const cases = recordedLayers.flatMap((recorded) =>
  (["over", "scan"] as const).map((way) => {
    const { kind, layers, bidirectional: both, lengths } = recorded;
    return {
      recorded,
      way,
      title: `${kind}, ${layers} layers${both ? ", both ways" : ""}${lengths ? ", padded" : ""}`,
    };
  }),
);

test.each(cases)("$title: $way", async ({ recorded, way }) => {
  const x = input("x", [T, B, F]);
  const { cells, y, last } = build(recorded, x, way);
  const factors = Array.from({ length: recorded.y.length }, (_, i) => -1 + (2 * i) / (recorded.y.length - 1));
  const weights = input("weights", y.shape);
  const loss = last.reduce((total, h) => add(total, sum(h)), sum(mul(y, weights)));
  const parameters = cells.flatMap((cell) => Object.values(cell.parameters));
  const [dx, ...slopes] = gradient(loss, [x, ...parameters]) as [FloatNode, ...FloatNode[]];
  const runtime = await createRuntime({ precision: "f64" });
  const named = Object.fromEntries(slopes.map((slope, i) => [parameters[i]!.label!, slope]));
  const h = stack(last.map((one) => sum(one, { axes: one.shape.length === 3 ? [0] : [] })));
  const outputs: Record<string, FloatNode> = { y, loss, dx, h, ...named };
  const { run } = await runtime.compile({ inputs: { x, weights }, outputs });
  const wanted = recorded.cells.map((cell) => (recorded.kind === "rnn" ? withOneBias(cell) : cell));
  cells.forEach((cell, i) => {
    for (const [name, parameter] of Object.entries(cell.parameters))
      runtime.write(parameter, Float64Array.from(wanted[i]![name]!.value));
  });
  const found = run({ x: Float64Array.from(recorded.x), weights: Float64Array.from(factors) });
  expectClose(found["y"], recorded.y, "y");
  expectClose(found["h"], recorded.h, "h");
  expectClose(found["loss"], [recorded.loss], "loss");
  expectClose(found["dx"], recorded.dx, "dx");
  cells.forEach(({ name }, i) => {
    for (const [key, { gradient: slope }] of Object.entries(wanted[i]!))
      expectClose(found[`${name}/${key}`], slope, `${name}/${key}`);
  });
});
