/** Files that Python's safetensors wrote, and files of ours that it read. */
import { NdArray } from "@unfold/core";
import { decodeSafetensors, encodeSafetensors } from "@unfold/nn";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (name: string): Uint8Array => readFileSync(new URL(name, import.meta.url));

interface Recorded {
  readonly shape: readonly number[];
  readonly values: readonly (number | "Infinity")[];
}

test("every element type of a file written by Python is read", () => {
  const recorded = JSON.parse(read("python.json").toString()) as Record<string, Recorded>;
  const { tensors, metadata } = decodeSafetensors(read("python.safetensors"));
  expect(metadata).toEqual({ format: "pt", note: "größer" });
  expect([...tensors.keys()].toSorted()).toEqual(Object.keys(recorded).toSorted());
  for (const [name, { shape, values }] of Object.entries(recorded)) {
    const array = tensors.get(name)!;
    expect(array.shape, name).toEqual(shape);
    expect([...array.data], name).toEqual(values.map(Number));
  }
});

/** What `ours.safetensors` was made of. */
const OURS: Readonly<Record<string, NdArray>> = {
  "lstm/inputWeight": new NdArray({ dtype: "f32", shape: [2, 2] }, Float32Array.of(0.1, -0, 1e-40, 3.4e38)),
  "adam/step": new NdArray({ dtype: "f32", shape: [] }, Float32Array.of(3)),
  labels: new NdArray({ dtype: "i32", shape: [3] }, Int32Array.of(1, -2, 2 ** 31 - 1)),
  mask: new NdArray({ dtype: "bool", shape: [2] }, Uint8Array.of(1, 0)),
  "held in double precision": new NdArray({ dtype: "f32", shape: [1] }, Float64Array.of(1 / 3)),
  wörter: new NdArray({ dtype: "f32", shape: [1] }, Float32Array.of(1)),
};

test("what we write is to the last byte what Python has read", () => {
  const bytes = encodeSafetensors(OURS, { unfold: '{"step":3}', note: "größer" });
  expect(Buffer.from(bytes).equals(read("ours.safetensors"))).toBe(true);
  const { metadata, tensors } = JSON.parse(read("ours.json").toString()) as {
    metadata: Record<string, string>;
    tensors: Record<string, { dtype: string; shape: number[]; values: number[] }>;
  };
  expect(metadata).toMatchObject({ unfold: '{"step":3}', note: "größer" });
  const dtypes = { f32: "torch.float32", i32: "torch.int32", bool: "torch.bool" };
  for (const [name, array] of Object.entries(OURS)) {
    const { dtype, shape, values } = tensors[name]!;
    expect(shape).toEqual(array.shape);
    expect(dtype).toBe(array.data instanceof Float64Array ? "torch.float64" : dtypes[array.dtype]);
    expect(values.map((value, i) => Object.is(value, array.data[i]))).toEqual(values.map(() => true));
  }
});
