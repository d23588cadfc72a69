/** Bits that can be predicted in part: every third is the exclusive or of the two before it. */
import { uniformStream } from "@unfold/rnn";

/** Bits whose every third is the XOR of the two before it, the others random. */
export function xorStream(seed: number, path: string, count: number): number[] {
  const uniform = uniformStream(seed, `elman-xor/${path}`);
  const stream: number[] = [];
  for (let i = 0; i < count; i++) {
    stream.push(isXor(i) ? stream[i - 1]! ^ stream[i - 2]! : Number(uniform(i) < 0.5));
  }
  return stream;
}

/** Whether the bit at a position follows from those before it. */
export function isXor(position: number): boolean {
  return position % 3 === 2;
}

/** A stream cut into pieces side by side, `[T, B, 1]`: what is read, and the bit that follows each. */
export function pieces(
  stream: readonly number[],
  steps: number,
  count: number,
): { readonly bits: Float32Array; readonly next: Float32Array } {
  const read = (shift: number): Float32Array =>
    Float32Array.from({ length: steps * count }, (_, slot) => {
      const [t, piece] = [Math.floor(slot / count), slot % count];
      return stream[piece * steps + t + shift]!;
    });
  return { bits: read(0), next: read(1) };
}
