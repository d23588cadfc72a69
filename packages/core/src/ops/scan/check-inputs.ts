/** What must hold of the inputs of a scan: sequences as long as it, initial values as deep as the delays. */
import { ShapeError } from "../../errors.js";
import { describe, type Node } from "../../graph/node.js";
import type { ScanStep } from "../../graph/scan-body.js";
import { formatType, sameType, type TensorType } from "../../tensor/tensor-type.js";

/** Throws ShapeError SCAN_INPUTS, SCAN_SEQUENCE, SCAN_INITIAL or SCAN_INVARIANT unless the inputs fit the step. */
export function checkScanInputs({ steps, sequences, delays, invariants }: ScanStep, inputs: readonly Node[]): void {
  const expected = [
    ...sequences.map((node) => ({ code: "SCAN_SEQUENCE", what: "sequence", node, type: along(steps, node) })),
    ...delays.map(({ placeholder: node, steps: reach }) => ({
      code: "SCAN_INITIAL",
      what: "the initial value of",
      node,
      type: along(reach, node),
    })),
    ...invariants.map((node) => ({ code: "SCAN_INVARIANT", what: "invariant", node, type: node.type })),
  ];
  if (inputs.length !== expected.length)
    throw misfit("SCAN_INPUTS", `there must be ${expected.length} inputs`, String(inputs.length));
  expected.forEach(({ code, what, node, type }, i) => {
    const input = inputs[i]!;
    if (!sameType(input.type, type))
      throw misfit(code, `${what} "${node.label ?? ""}" must be ${formatType(type)}`, describe(input));
  });
}

function along(count: number, { dtype, shape }: Node): TensorType {
  return { dtype, shape: [count, ...shape] };
}

function misfit(code: string, rule: string, got: string): ShapeError {
  return new ShapeError({ code, where: "scan({ steps, sequences, delays, step })", rule, got });
}
