/** Parameters moved by an optimizer that is fed its gradients: what optimizers are compared on with plain numbers. */
import { createRuntime, input, ndArray, param, type FloatNode, type Precision } from "@unfold/core";
import type { Optimizer } from "@unfold/nn";
import fc from "fast-check";

/** Values of all parameters after each step. */
export type Trajectory = readonly (readonly number[])[];

/** Initial values of two parameters, `w` of two elements and `b` of one, and the gradients of each step. */
export interface Descent {
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

const elements = fc.double({ min: -3, max: 3, noNaN: true }).map((x) => Math.fround(x));
const threeElements = fc.array(elements, { minLength: 3, maxLength: 3 });

/** Twelve steps of any gradients. */
export const descents: fc.Arbitrary<Descent> = fc.record({
  start: threeElements,
  gradients: fc.array(threeElements, { minLength: 12, maxLength: 12 }),
});

/** The values of `w` and `b` after each step of a compiled program; extra inputs are fed as they are. */
export async function trajectory(
  optimizer: Optimizer,
  { start, gradients }: Descent,
  options: {
    readonly precision?: Precision;
    readonly inputs?: Readonly<Record<string, FloatNode>>;
    readonly feed?: (step: number) => Readonly<Record<string, number>>;
  } = {},
): Promise<Trajectory> {
  const [w, b] = [param("w", ndArray(start.slice(0, 2))), param("b", ndArray(start.slice(2)))];
  const [dw, db] = [input("dw", [2]), input("db", [1])];
  const runtime = await createRuntime({ precision: options.precision ?? "f64" });
  const step = await runtime.compile({
    inputs: { dw, db, ...options.inputs },
    updates: optimizer.apply([w, b], [dw, db]),
  });
  return gradients.map((gradient, i) => {
    step.run({ dw: gradient.slice(0, 2), db: gradient.slice(2), ...options.feed?.(i) });
    return [...runtime.read(w).data, ...runtime.read(b).data];
  });
}

/** The largest difference between two trajectories, relative to 1 or the larger value. */
export function distance(a: Trajectory, b: Trajectory): number {
  return Math.max(
    ...a.flatMap((values, step) =>
      values.map((value, i) => {
        const other = b[step]![i]!;
        return Math.abs(value - other) / Math.max(1, Math.abs(value), Math.abs(other));
      }),
    ),
  );
}
