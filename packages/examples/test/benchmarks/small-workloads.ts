/** One workload of each kind, small enough for the interpreter, with sizes that leave remainders where they may. */
import { W1, W2, W3, W4, W5, W6, type FloorWorkload } from "../../benchmarks/workloads/workload.js";

export const SMALL_WORKLOADS: readonly FloorWorkload[] = [
  { ...W1, name: "tokens", tokens: 13, inputs: 13, units: 22, steps: 6, outputs: 13 },
  { ...W2, name: "vectors", inputs: 5, units: 18, steps: 7, batch: 3, outputs: 6 },
  // The hand-written programs of gates want units that are multiples of four.
  { ...W3, name: "lstm", tokens: 11, inputs: 6, units: 12, steps: 5, batch: 3, outputs: 11 },
  { ...W4, name: "gru", inputs: 3, units: 8, steps: 6, batch: 5, outputs: 2 },
  // Its layers are built in.
  { ...W5, name: "mlp", batch: 5 },
  { ...W6, name: "lstm token", tokens: 17, inputs: 6, units: 16, outputs: 17 },
];
