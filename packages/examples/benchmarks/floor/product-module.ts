/**
 * A product of two square matrices of one size, written as WebAssembly text: constant offsets of rows, the second factor
 * packed into panels in every call, loads and multiply-adds in an order that is said.
 */

/** The block of the result that a kernel holds in registers, and how often its loop is unrolled. */
export interface Kernel {
  readonly rows: number;
  /** Vectors of four per row. */
  readonly vectors: number;
  readonly unroll: number;
  /** Whether multiply-adds are fused. */
  readonly isRelaxed: boolean;
}

/** The text of a module that exports `memory` and `sgemm(a, b, c, panel)`, all of them bytes into the memory. */
export function productModule(size: number, kernel: Kernel): string {
  const { rows, vectors } = kernel;
  const width = 4 * vectors;
  const rest = size % rows;
  const bytes = 3 * size * size * 4 + size * width * 4 + MEMORY_START;
  const packed = times(vectors, (j) => `(v128.store offset=${16 * j} $q (v128.load offset=${16 * j} $s))`);
  return locals(`(module (memory (export "memory") ${Math.ceil(bytes / 65536) + 1})
    ${kernelFunction(size, rows, kernel)}
    ${rest > 0 ? kernelFunction(size, rest, kernel) : ""}
    (func (export "sgemm") (param $A i32) (param $B i32) (param $C i32) (param $P i32)
      (local $n i32) (local $k i32) (local $q i32) (local $s i32) (local $a i32) (local $c i32) (local $m i32)
      (loop $columns
        (local.set $s (i32.add $B (i32.shl $n (i32.const 2))))
        (local.set $q $P)
        (local.set $k (i32.const ${size}))
        (loop $pack
          ${packed}
          ${advance("$s", size * 4)}
          ${advance("$q", width * 4)}
          (br_if $pack (local.tee $k (i32.sub $k (i32.const 1)))))
        (local.set $a $A)
        (local.set $c (i32.add $C (i32.shl $n (i32.const 2))))
        (local.set $m (i32.const ${Math.floor(size / rows)}))
        (loop $blocks
          (call $kernel${rows} $a $P $c)
          ${advance("$a", rows * size * 4)}
          ${advance("$c", rows * size * 4)}
          (br_if $blocks (local.tee $m (i32.sub $m (i32.const 1)))))
        ${rest > 0 ? `(call $kernel${rest} $a $P $c)` : ""}
        (br_if $columns (i32.lt_u (local.tee $n (i32.add $n (i32.const ${width}))) (i32.const ${size}))))))`);
}

/** Where the matrices may begin. */
export const MEMORY_START = 65536;

/** One block of the result: all of the sum, from the first factor at $a and a panel at $p to $c. */
function kernelFunction(size: number, rows: number, { vectors, unroll, isRelaxed }: Kernel): string {
  const each = (line: (i: number, j: number) => string): string =>
    times(rows, (i) => times(vectors, (j) => line(i, j)));
  const multiplyAdd = (sum: string, factor: string): string =>
    isRelaxed ? `(f32x4.relaxed_madd $x ${factor} ${sum})` : `(f32x4.add ${sum} (f32x4.mul $x ${factor}))`;
  const term = (u: number): string => `
      ${times(vectors, (j) => `(local.set $b${j} (v128.load offset=${16 * (u * vectors + j)} $p))`)}
      ${times(
        rows,
        (i) => `(local.set $x (v128.load32_splat offset=${4 * (i * size + u)} $a))
        ${times(vectors, (j) => `(local.set $c${i}_${j} ${multiplyAdd(`$c${i}_${j}`, `$b${j}`)})`)}`,
      )}`;
  return `(func $kernel${rows} (param $a i32) (param $p i32) (param $c i32) (local $end i32) (local $x v128)
    ${times(vectors, (j) => `(local $b${j} v128)`)} ${each((i, j) => `(local $c${i}_${j} v128)`)}
    (local.set $end (i32.add $a (i32.const ${4 * size})))
    (loop $sum
      ${times(unroll, term)}
      ${advance("$p", 16 * unroll * vectors)}
      (br_if $sum (i32.lt_u (local.tee $a (i32.add $a (i32.const ${4 * unroll}))) $end)))
    ${each((i, j) => `(v128.store offset=${4 * (i * size + 4 * j)} $c $c${i}_${j})`)})`;
}

function times(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

function advance(local: string, bytes: number): string {
  return `(local.set ${local} (i32.add ${local} (i32.const ${bytes})))`;
}

/** Names of locals stand for their values except where a local is named: `(local.set $x …)`, `(loop $x …)`. */
function locals(text: string): string {
  return text.replaceAll(
    /(\((?:local(?:\.set|\.tee)?|param|func|call|loop|br_if) )?(\$\w+)/g,
    (_, naming: string | undefined, name: string) =>
      naming === undefined ? `(local.get ${name})` : `${naming}${name}`,
  );
}
