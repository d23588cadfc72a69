/** The floor of W7: the best of the kernels written by hand, on this engine and at this size. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { installed } from "../peers/install.js";
import { inProcess, type Implementation } from "../steps/implementation.js";
import type { WorkloadData } from "../workloads/data.js";
import type { ProductWorkload } from "../workloads/workload.js";
import { fastest } from "./fastest.js";
import { MEMORY_START, productModule, type Kernel } from "./product-module.js";
import { exportsOf, isRunnable, type WasmMemory } from "./web-assembly.js";

interface Product {
  readonly memory: WasmMemory;
  readonly sgemm: (a: number, b: number, c: number, panel: number) => void;
}

/** The part of wabt that is used. */
interface Wabt {
  readonly parseWat: (
    name: string,
    text: string,
    features: Readonly<Record<string, boolean>>,
  ) => { readonly toBinary: (options: object) => { readonly buffer: Uint8Array } };
}

/** Rows, vectors per row, and how often the loop is unrolled: which one is best depends on the engine's registers. */
const SHAPES = [
  [4, 2, 1],
  [4, 2, 4],
  [5, 2, 2],
  [6, 2, 1],
  [6, 2, 2],
  [6, 2, 4],
  [3, 4, 2],
  [2, 4, 4],
  [12, 1, 1],
  [8, 1, 2],
] as const;

/** The floor of a product. Installs wabt, outside the repository, unless it is there. */
export async function productFloor({ size }: ProductWorkload, data: WorkloadData): Promise<Implementation> {
  const wabt = await loadWabt();
  const isRelaxed = isRunnable(assemble(wabt, size, kernelOf(SHAPES[0], true)));
  const candidates = (isRelaxed ? [true, false] : [false]).flatMap((relaxed) =>
    SHAPES.map((shape) => {
      const kernel = kernelOf(shape, relaxed);
      const program = exportsOf(assemble(wabt, size, kernel)) as Product;
      return inProcess("floor-wasm", describeKernel(kernel), prepareProduct(program, size, data));
    }),
  );
  return fastest(candidates);
}

function kernelOf([rows, vectors, unroll]: (typeof SHAPES)[number], isRelaxed: boolean): Kernel {
  return { rows, vectors, unroll, isRelaxed };
}

function describeKernel({ rows, vectors, unroll, isRelaxed }: Kernel): string {
  const tile = `${rows}×${4 * vectors} tile, unrolled ${unroll}`;
  return `SIMD${isRelaxed ? ", fused multiply-add" : ""}, ${tile}`;
}

/** A function that computes the product and returns its first element. */
function prepareProduct({ memory, sgemm }: Product, size: number, { weights }: WorkloadData): () => number {
  const bytes = 4 * size * size;
  const [a, b, c, panel] = [0, 1, 2, 3].map((i) => MEMORY_START + i * bytes) as [number, number, number, number];
  new Float32Array(memory.buffer).set(weights["a"]!.data, a / 4);
  new Float32Array(memory.buffer).set(weights["b"]!.data, b / 4);
  const result = new Float32Array(memory.buffer, c, 1);
  return () => {
    sgemm(a, b, c, panel);
    return result[0]!;
  };
}

function assemble(wabt: Wabt, size: number, kernel: Kernel): Uint8Array {
  const module = wabt.parseWat("product", productModule(size, kernel), { simd: true, relaxed_simd: true });
  return module.toBinary({}).buffer;
}

async function loadWabt(): Promise<Wabt> {
  const folder = await installed("wasmtools", ["wabt@1.0.39"]);
  const load = createRequire(join(folder, "from-here.js"))("wabt") as () => Promise<Wabt>;
  return load();
}
