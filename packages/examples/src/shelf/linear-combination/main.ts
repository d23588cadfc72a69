/** The feedforward pass: linear combinations and activations, one after the other. A network with weights set by hand computes XOR. */
import { add, evaluateAll, input, label, matmul, param, pictureOf, sigmoid, textTable } from "@unfold/rnn";
import { figure, lineChart, svgPicture } from "@unfold/report";
import { defineExample } from "../example.js";

/** All inputs of XOR. */
const INPUTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
/** One column per hidden unit: the first is an OR, the second a NAND. */
const W = [
  [20, -20],
  [20, -20],
];
const B = [-10, 30];
/** The output is an AND of both. */
const V = [[20], [20]];
const C = [-30];

export const example = defineExample({
  title: "A feedforward pass, number by number",
  settings: {},
  run: async () => {
    const x = input("x", [4, 2]);
    const net = label("net", add(matmul(x, param("W", W)), param("b", B)));
    const hidden = label("hidden", sigmoid(net));
    const netOfOutput = label("net of the output", add(matmul(hidden, param("V", V)), param("c", C)));
    const output = label("output", sigmoid(netOfOutput));
    const values = evaluateAll({ net, hidden, netOfOutput, output }, { x: INPUTS.map((row) => [...row]) });
    const numbers = {
      net: rowsOf(values.net.data, 2),
      hidden: rowsOf(values.hidden.data, 2),
      netOfOutput: [...values.netOfOutput.data],
      output: [...values.output.data],
    };
    return {
      figures: { ...numbers, answers: numbers.output.map(Math.round) },
      text: asText(numbers),
      parts: [
        figure(
          linesOfUnits(),
          "Where the linear combination of a hidden unit is zero, its output is one half: a line. No single line parts the inputs with XOR 0 from those with 1; between these two lies what is 1.",
        ),
        figure(
          await svgPicture(pictureOf({ output }, { title: "XOR", constants: false })),
          "The pass as a graph: products with weights and sums (linear combinations), then activations.",
        ),
      ],
    };
  },
});

function rowsOf(data: ArrayLike<number>, width: number): number[][] {
  return INPUTS.map((_, row) => Array.from({ length: width }, (__, i) => data[row * width + i]!));
}

function asText(numbers: Readonly<Record<"net" | "hidden", number[][]> & Record<"netOfOutput" | "output", number[]>>) {
  const digits = (value: number): string => value.toFixed(4);
  const rows = INPUTS.map((row, i) => [
    row.join(" "),
    ...numbers.net[i]!.map(String),
    ...numbers.hidden[i]!.map(digits),
    digits(numbers.netOfOutput[i]!),
    digits(numbers.output[i]!),
  ]);
  const head = ["x", "net OR", "net NAND", "OR", "NAND", "net AND", "output"];
  return textTable([head, ...rows], (column) => column > 0);
}

/** The lines on which hidden units say one half, and the four inputs. */
function linesOfUnits(): string {
  const line = (unit: number): [number, number][] =>
    [-0.5, 1.5].map((x) => [x, -(B[unit]! + W[0]![unit]! * x) / W[1]![unit]!]);
  const inputs = (answer: number) => INPUTS.filter(([a, b]) => (a ^ b) === answer);
  return lineChart({
    x: { name: "x₁", min: -0.5, max: 1.5 },
    y: { name: "x₂", min: -0.5, max: 1.5 },
    curves: [
      { name: "net OR = 0", points: line(0) },
      { name: "net NAND = 0", points: line(1) },
      { name: "XOR is 0", points: inputs(0), isScattered: true },
      { name: "XOR is 1", points: inputs(1), isScattered: true },
    ],
    width: 520,
    height: 460,
  });
}
