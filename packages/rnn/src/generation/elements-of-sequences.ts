/** Sequences on the host, taken apart into what each step is fed. */
import { ndArray, ShapeError, sizeOf, type NdArray, type NodeRecord, type TensorValue } from "@unfold/core";

/**
 * What each step is fed: element t of every sequence.
 *
 * @param inputs - the inputs of one step, `[…S]`
 * @param sequences - values `[T, …S]`, by the names of inputs; a flat array is taken as it is
 * @throws ShapeError SEQUENCE_LENGTH unless all have the same number of elements, at least one.
 */
export function elementsOfSequences(
  inputs: NodeRecord,
  sequences: Readonly<Record<string, TensorValue>>,
): Record<string, NdArray["data"]>[] {
  const whole = Object.entries(sequences).map(([name, value]) => {
    const node = inputs[name];
    const size = node === undefined ? NaN : sizeOf(node.shape);
    const { data } = ndArray(value, { where: `prime({ ${name} })`, ...(node && { dtype: node.dtype }) });
    return { name, data, size, steps: data.length / size };
  });
  const steps = whole[0]?.steps ?? 0;
  const odd = whole.find((sequence) => sequence.steps !== steps) ?? whole[0];
  if (!(Number.isInteger(steps) && steps >= 1) || odd?.steps !== steps) {
    throw new ShapeError({
      code: "SEQUENCE_LENGTH",
      where: "prime(sequences)",
      rule: "sequences must be [T, …] of inputs, time-major, with one T ≥ 1",
      got:
        whole
          .map(
            ({ name, data, size }) =>
              `"${name}" with ${data.length} elements${Number.isNaN(size) ? ", which is no input" : `, ${size} per step`}`,
          )
          .join(" and ") || "none",
    });
  }
  return Array.from({ length: steps }, (_, t) =>
    Object.fromEntries(whole.map(({ name, data, size }) => [name, data.subarray(t * size, (t + 1) * size)])),
  );
}
