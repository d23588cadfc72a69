/** Convolution and pooling against plain loops over every element, for random sizes, strides, paddings and dilations. */
import {
  accumulatePatches,
  averagePool1d,
  averagePool2d,
  constant,
  conv1d,
  conv2d,
  evaluate,
  extractPatches,
  maxPool1d,
  maxPool2d,
  ndArray,
  reshape,
  type FloatNode,
  type NdArray,
} from "@unfold/core";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Sums of at most 36 products of numbers up to 2, in another order. */
const ATOL = 1e-13;

/** Everything about one axis; before and after follow from the padding asked for. */
interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number | "valid" | "same" | "causal";
}

interface Layout {
  readonly axis: Axis;
  readonly before: number;
  readonly count: number;
}

const seeds = fc.nat({ max: 1_000_000 });
const small = fc.integer({ min: 1, max: 3 });
const paddings = fc.constantFrom(0, 1, 2, "valid" as const, "same" as const, "causal" as const);

/** An axis long enough for its window. */
const axes: fc.Arbitrary<Axis> = fc
  .record({ extra: fc.nat({ max: 4 }), kernel: small, stride: small, dilation: fc.integer({ min: 1, max: 2 }) })
  .chain(({ extra, kernel, stride, dilation }) =>
    paddings.map((padding) => ({ size: dilation * (kernel - 1) + 1 + extra, kernel, stride, dilation, padding })),
  );

function layout(axis: Axis): Layout {
  const { size, kernel, stride, dilation, padding } = axis;
  const span = dilation * (kernel - 1) + 1;
  if (padding === "same") {
    const count = Math.ceil(size / stride);
    return { axis, count, before: Math.floor(Math.max((count - 1) * stride + span - size, 0) / 2) };
  }
  const [before, after] =
    padding === "causal" ? [span - 1, 0] : padding === "valid" ? [0, 0] : ([padding, padding] as const);
  let count = 0;
  while (count * stride + span <= before + size + after) count++;
  return { axis, before, count };
}

/** The elements of x under the window at (o, p): position and place in the window. */
function* under(
  rows: Layout,
  columns: Layout,
  o: number,
  p: number,
): Generator<[h: number, w: number, k: number, l: number]> {
  for (let k = 0; k < rows.axis.kernel; k++) {
    for (let l = 0; l < columns.axis.kernel; l++) {
      const h = o * rows.axis.stride + k * rows.axis.dilation - rows.before;
      const w = p * columns.axis.stride + l * columns.axis.dilation - columns.before;
      if (h >= 0 && h < rows.axis.size && w >= 0 && w < columns.axis.size) yield [h, w, k, l];
    }
  }
}

/** One number for each element of `[N, O, P, D]`. */
function each(
  batch: number,
  rows: Layout,
  columns: Layout,
  channels: number,
  element: (n: number, o: number, p: number, d: number) => number,
): number[] {
  const result: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < rows.count; o++)
      for (let p = 0; p < columns.count; p++) for (let d = 0; d < channels; d++) result.push(element(n, o, p, d));
  return result;
}

/** Reads `[N, H, W, C]`. */
function reader(x: NdArray, rows: Layout, columns: Layout): (n: number, h: number, w: number, c: number) => number {
  const channels = x.shape.at(-1)!;
  return (n, h, w, c) => x.data[((n * rows.axis.size + h) * columns.axis.size + w) * channels + c]!;
}

/** A single row: what an operation along one axis is, seen as one along two. */
const single = layout({ size: 1, kernel: 1, stride: 1, dilation: 1, padding: 0 });

function naiveConvolution(x: NdArray, kernel: NdArray, rows: Layout, columns: Layout, groups: number): number[] {
  const read = reader(x, rows, columns);
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
  return each(x.shape[0]!, rows, columns, outputs, (n, o, p, d) => {
    const first = Math.floor(d / (outputs / groups)) * inputs;
    let total = 0;
    for (const [h, w, k, l] of under(rows, columns, o, p)) {
      for (let c = 0; c < inputs; c++) {
        const weight = kernel.data[((k * columns.axis.kernel + l) * inputs + c) * outputs + d]!;
        total += read(n, h, w, first + c) * weight;
      }
    }
    return total;
  });
}

type Combine = (elements: readonly number[], area: number) => number;

function naivePool(x: NdArray, rows: Layout, columns: Layout, combine: Combine): number[] {
  const read = reader(x, rows, columns);
  const area = rows.axis.kernel * columns.axis.kernel;
  return each(x.shape[0]!, rows, columns, x.shape.at(-1)!, (n, o, p, c) =>
    combine(
      Array.from(under(rows, columns, o, p), ([h, w]) => read(n, h, w, c)),
      area,
    ),
  );
}

function expectNear(node: FloatNode, shape: readonly number[], expected: readonly number[]): void {
  expect(node.shape).toEqual(shape);
  const found = evaluate(node).data;
  expect(found.length).toBe(expected.length);
  expected.forEach((element, i) => {
    expect(Math.abs(found[i]! - element)).toBeLessThanOrEqual(ATOL);
  });
}

const draw = (shape: readonly number[], seed: number, name: string): NdArray => drawValue(reals(shape), seed, name);
const channelSizes = fc.record({
  batch: fc.nat({ max: 2 }),
  groups: fc.integer({ min: 1, max: 2 }),
  inputs: small,
  outputs: small,
});

test("conv1d is its sum of products", () => {
  fc.assert(
    fc.property(axes, channelSizes, seeds, (axis, { batch, groups, inputs, outputs }, seed) => {
      const columns = layout(axis);
      const x = draw([batch, axis.size, groups * inputs], seed, "x");
      const kernel = draw([axis.kernel, inputs, groups * outputs], seed, "kernel");
      const { stride, padding, dilation } = axis;
      const node = conv1d(constant(x), constant(kernel), { stride, padding, dilation, groups });
      const expected = naiveConvolution(x, kernel, single, columns, groups);
      expectNear(node, [batch, columns.count, groups * outputs], expected);
    }),
  );
});

/** Two axes of one padding, since words go for both. */
const pairs = fc.tuple(axes, axes, paddings).map(([rows, columns, word]) => {
  const padding = word === "causal" ? "same" : word;
  return [
    { ...rows, padding },
    { ...columns, padding },
  ] as const;
});

test("conv2d is its sum of products", () => {
  fc.assert(
    fc.property(pairs, channelSizes, seeds, ([h, w], { batch, groups, inputs, outputs }, seed) => {
      const [rows, columns] = [layout(h), layout(w)];
      const x = draw([batch, h.size, w.size, groups * inputs], seed, "x");
      const kernel = draw([h.kernel, w.kernel, inputs, groups * outputs], seed, "kernel");
      const node = conv2d(constant(x), constant(kernel), {
        stride: [h.stride, w.stride],
        padding: h.padding,
        dilation: [h.dilation, w.dilation],
        groups,
      });
      const expected = naiveConvolution(x, kernel, rows, columns, groups);
      expectNear(node, [batch, rows.count, columns.count, groups * outputs], expected);
    }),
  );
});

const combinations: readonly (readonly [string, Combine])[] = [
  ["max", (elements) => Math.max(...elements)],
  ["mean", (elements) => elements.reduce((total, element) => total + element, 0) / elements.length],
  ["mean with padding", (elements, area) => elements.reduce((total, element) => total + element, 0) / area],
];

/** Padding that leaves an element to every window: pooling refuses others. */
const sees = (rows: Layout, columns: Layout): boolean =>
  each(1, rows, columns, 1, (_, o, p) => [...under(rows, columns, o, p)].length).every((count) => count > 0);

test.each(combinations)("pooling along one axis takes the %s of every window", (name, combine) => {
  fc.assert(
    fc.property(axes, fc.nat({ max: 2 }), small, seeds, (axis, batch, channels, seed) => {
      const columns = layout(axis);
      fc.pre(sees(single, columns));
      const x = draw([batch, axis.size, channels], seed, "x");
      const { kernel, stride, padding, dilation } = axis;
      const options = { stride, padding, dilation };
      const node =
        name === "max"
          ? maxPool1d(constant(x), kernel, options)
          : averagePool1d(constant(x), kernel, { ...options, countPadding: name !== "mean" });
      expectNear(node, [batch, columns.count, channels], naivePool(x, single, columns, combine));
    }),
  );
});

test.each(combinations)("pooling along two axes takes the %s of every window", (name, combine) => {
  fc.assert(
    fc.property(pairs, fc.nat({ max: 2 }), small, seeds, ([h, w], batch, channels, seed) => {
      const [rows, columns] = [layout(h), layout(w)];
      fc.pre(sees(rows, columns));
      const x = draw([batch, h.size, w.size, channels], seed, "x");
      const options = {
        stride: [h.stride, w.stride] as const,
        padding: h.padding,
        dilation: [h.dilation, w.dilation] as const,
      };
      const window = [h.kernel, w.kernel] as const;
      const node =
        name === "max"
          ? maxPool2d(constant(x), window, options)
          : averagePool2d(constant(x), window, { ...options, countPadding: name !== "mean" });
      expectNear(node, [batch, rows.count, columns.count, channels], naivePool(x, rows, columns, combine));
    }),
  );
});

test("the stride of pooling is the size of its window unless given", () => {
  const x = constant(draw([1, 7, 5, 1], 1, "x"));
  expect(maxPool1d(reshape(x, [1, 35, 1]), 3).shape).toEqual([1, 11, 1]);
  expect(averagePool2d(x, [3, 2]).shape).toEqual([1, 2, 2, 1]);
});

test("patches that do not overlap, accumulated, are the tensor they came from", () => {
  fc.assert(
    fc.property(small, small, small, small, seeds, (rows, columns, height, width, seed) => {
      const x = draw([2, rows * height, columns * width, 2], seed, "x");
      const window = { kernel: [height, width], stride: [height, width] };
      const back = accumulatePatches(extractPatches(constant(x), window), x.shape.slice(1, -1), window);
      expect(evaluate(back).data).toEqual(evaluate(constant(x)).data);
    }),
  );
});

test("patches of ones, accumulated, count the windows over each element", () => {
  const ones = constant(ndArray([1, 1, 1, 1], { shape: [1, 4, 1] }));
  const window = { kernel: [3], before: [1], after: [1] };
  expect([...evaluate(accumulatePatches(extractPatches(ones, window), [4], window)).data]).toEqual([2, 3, 3, 2]);
});
