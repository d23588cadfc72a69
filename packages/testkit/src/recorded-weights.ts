/** Weights that another framework wrote, and what its layers yield with them and with ours: files beside the test. */
import {
  add,
  createRuntime,
  decodeSafetensors,
  encodeSafetensors,
  exportWeights,
  gradient,
  importWeights,
  input,
  mul,
  NdArray,
  sum,
  writeLeaves,
  type FloatNode,
  type Node,
  type WeightLayout,
} from "@unfold/rnn";
import { expect, test } from "vitest";

type Arrays = ReadonlyMap<string, NdArray>;

/** What was recorded, and what it is compared with. */
export interface RecordedWeights {
  /**
   * The bytes of a file. `weights`: what the framework wrote. `recorded`: of each network `name/x`, `name/y`,
   * `name/cotangent` and `name/slope` (of x), and `slope of w` for each tensor w that is trained. `ours`: what we wrote.
   * `with-ours`: `name/y` with these.
   */
  readonly read: (name: string) => Uint8Array;
  readonly layout: WeightLayout;
  /** By the names of the recording. */
  readonly networks: Readonly<Record<string, (x: Node) => FloatNode>>;
  /** How far elements of an array may be from those recorded, relative to its largest. */
  readonly tolerance: number;
}

/** Both directions: their weights in our layers, values and gradients; our weights in theirs. */
export function testRecordedWeights({ read, layout, networks, tolerance }: RecordedWeights): void {
  const arraysOf = (name: string): Arrays => decodeSafetensors(read(`${name}.safetensors`)).tensors;
  const recorded = arraysOf("recorded");
  const imported = importWeights(layout, arraysOf("weights"));
  const expectClose = (found: NdArray | undefined, wanted: NdArray, name: string): void => {
    expect(found?.shape, name).toEqual(wanted.shape);
    const scale = Math.max(...wanted.data.map(Math.abs));
    wanted.data.forEach((element, i) => {
      expect(Math.abs(element - found!.data[i]!), `${name}[${i}]`).toBeLessThanOrEqual(tolerance * scale);
    });
  };
  const expectAllClose = (found: Arrays, wanted: Arrays, count: number): void => {
    expect(wanted.size).toBe(count);
    for (const [name, array] of wanted) expectClose(found.get(name), array, name);
  };
  const names = Object.keys(networks);

  test("what it wrote yields here what it yields there, gradients included", async () => {
    const { values, slopes, trained } = await run(imported);
    expectAllClose(values, only(recorded, /\/y$/), names.length);
    const real = names.filter((name) => recorded.get(`${name}/x`)!.dtype === "f32");
    expectAllClose(values, only(recorded, /\/slope$/), real.length);
    expectAllClose(slopes, only(recorded, /^slope of /), trained);
  });

  test("what we write is to the last byte what it has read, and yields here what it yielded there", async () => {
    // Other weights: the same backwards, halved.
    const ours = [...imported].map(([path, { type, data }]): [string, NdArray] => [
      path,
      new NdArray(type, data.map((element) => element / 2).reverse()),
    ]);
    const bytes = encodeSafetensors(exportWeights(layout, new Map(ours)), { format: "pt" });
    expect([...bytes]).toEqual([...read("ours.safetensors")]);
    const { values } = await run(new Map(ours));
    expectAllClose(values, arraysOf("with-ours"), names.length);
  });

  async function run(weights: Arrays): Promise<{ values: Arrays; slopes: Arrays; trained: number }> {
    const fed = only(recorded, /\/(x|cotangent)$/);
    const inputs = Object.fromEntries([...fed].map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]));
    const ys = names.map((name): [string, FloatNode] => [`${name}/y`, networks[name]!(inputs[`${name}/x`]!)]);
    const losses = ys.map(([name, y]) => sum(mul(y, inputs[name.replace("/y", "/cotangent")] as FloatNode)));
    const xs = Object.entries(inputs).filter(([name, x]) => name.endsWith("/x") && x.dtype === "f32");
    const trained = layout.filter(({ tensors }) => recorded.has(`slope of ${tensors[0]}`));
    const parameters = trained.flatMap(({ leaves }) => leaves);
    const all = gradient(losses.reduce(add), [...xs.map(([, x]) => x as FloatNode), ...parameters]);
    const [ofInputs, ofParameters] = [all.slice(0, xs.length), all.slice(xs.length)];
    const runtime = await createRuntime({ precision: "f64" });
    const step = await runtime.compile({
      inputs,
      outputs: Object.fromEntries([
        ...ys,
        ...ofInputs.map((slope, i) => [xs[i]![0].replace("/x", "/slope"), slope] as const),
        ...ofParameters.map((slope, i) => [parameters[i]!.label!, slope] as const),
      ]),
    });
    writeLeaves(
      runtime,
      layout.flatMap(({ leaves }) => leaves),
      weights,
    );
    const values = new Map(Object.entries(step.run(Object.fromEntries(fed))));
    // The derivative by a sum is that by each of its terms.
    const split = trained.flatMap((mapping) => mapping.tensors.map((name) => ({ ...mapping, tensors: [name] })));
    const slopes = [...exportWeights(split, values, { extra: "ignore" })];
    return {
      values,
      slopes: new Map(slopes.map(([name, slope]) => [`slope of ${name}`, slope])),
      trained: split.length,
    };
  }
}

function only(arrays: Arrays, pattern: RegExp): Arrays {
  return new Map([...arrays].filter(([name]) => pattern.test(name)));
}
