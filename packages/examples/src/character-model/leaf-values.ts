/** The values of parameters and optimizer moments, as text that keeps every bit. */
import { FormatError, formatType, type NdArray, type Node, type Runtime } from "@unfold/rnn";

/** The value of a leaf. */
export interface StoredLeaf {
  /** `f32[24, 96]`. */
  readonly type: string;
  /** The elements, row-major, 32-bit little-endian, in base64. */
  readonly data: string;
}

/** The values of leaves by path. */
export function readLeaves(runtime: Runtime, leaves: readonly Node[]): Record<string, StoredLeaf> {
  return Object.fromEntries(
    leaves.map((leaf) => [pathOf(leaf), { type: formatType(leaf.type), data: toBase64(runtime.read(leaf).data) }]),
  );
}

/**
 * Writes stored values to the leaves they belong to.
 *
 * @throws FormatError MODEL_LEAVES if a leaf has no value, or one of another type.
 */
export function writeLeaves(
  runtime: Runtime,
  leaves: readonly Node[],
  stored: Readonly<Record<string, StoredLeaf>>,
): void {
  for (const leaf of leaves) {
    const found = stored[pathOf(leaf)];
    if (found?.type !== formatType(leaf.type)) {
      throw new FormatError({
        code: "MODEL_LEAVES",
        where: "model",
        rule: `the model must hold ${formatType(leaf.type)} for "${pathOf(leaf)}"`,
        got: found?.type ?? "nothing",
        fix: "Train anew: this model is of another network",
      });
    }
    runtime.write(leaf, fromBase64(found.data));
  }
}

function pathOf(leaf: Node): string {
  return leaf.label ?? "";
}

// Elements are copied as whole numbers: a NaN that passes through a 64-bit number may come out with other bits.
function toBase64(values: NdArray["data"]): string {
  const bits = new Uint32Array(new Float32Array(values).buffer);
  const bytes = Buffer.alloc(bits.byteLength);
  bits.forEach((element, i) => bytes.writeUInt32LE(element, i * 4));
  return bytes.toString("base64");
}

function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  const bits = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
  return new Float32Array(bits.buffer);
}
