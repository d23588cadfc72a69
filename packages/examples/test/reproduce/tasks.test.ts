/** The tasks of published results ask what they should, and the cells made for them compute what is written under them. */
import { constant, evaluate, evaluateAll, gradient, input, slice, substitute, sum, type Node } from "@unfold/rnn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { copyMemory, copySteps, memoryless, REMEMBERED, SYMBOLS } from "../../src/reproduce/tasks/copy-memory.js";
import { sums } from "../../src/reproduce/tasks/string-addition.js";
import { memoryCell, selfRecurrentUnit, type HiddenUnit } from "../../src/reproduce/tasks/one-unit.js";
import { mut1 } from "../../src/reproduce/tasks/mut1.js";
import { lstmVariant, type LstmVariant } from "../../src/reproduce/tasks/lstm-variant.js";
import { lastOfTemporalConvolution, temporalConvolution } from "../../src/reproduce/tasks/temporal-convolution.js";
import { twoSequences } from "../../src/reproduce/tasks/two-sequences.js";

test("what is to be copied is what was read, once the signal comes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 4 }), (lag, batch) => {
      const steps = copySteps(lag);
      const { read, wanted } = copyMemory(1, "test", lag)(batch);
      for (let b = 0; b < batch; b++) {
        const column = (all: Int32Array): number[] => Array.from({ length: steps }, (_, t) => all[t * batch + b]!);
        const [asked, answer] = [column(read), column(wanted)];
        const symbols = asked.slice(0, REMEMBERED);
        expect(symbols.every((symbol) => symbol >= 1 && symbol < SYMBOLS - 1)).toBe(true);
        expect(asked.slice(REMEMBERED)).toEqual([
          ...new Array<number>(lag).fill(0),
          ...new Array<number>(REMEMBERED).fill(SYMBOLS - 1),
        ]);
        expect(answer).toEqual([...new Array<number>(steps - REMEMBERED).fill(0), ...symbols]);
      }
    }),
    { numRuns: 20 },
  );
});

// 10 ln 8 / (T + 20); Arjovsky et al. 2016.
test.each([
  [100, 0.17329],
  [200, 0.09452],
  [500, 0.03999],
  [1000, 0.02039],
])("who remembers nothing of %i steps pays %d nats", (lag, nats) => {
  expect(memoryless(lag)).toBeCloseTo(nats, 5);
});

test("two sequences differ in their first elements, and end between T and 1.1 T", () => {
  const task = { lag: 20, informative: 3, targets: [0.2, 0.8], targetDeviation: 0 } as const;
  const { x, lengths, truth, y } = twoSequences(task, 1, "test")(200);
  expect([...y]).toEqual([...Float32Array.from(truth)]);
  expect(new Set(truth)).toEqual(new Set([0.2, 0.8]));
  expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([20, 22]);
  for (const [b, target] of truth.entries()) {
    const elements = Array.from({ length: 22 }, (_, t) => x[t * 200 + b]!);
    expect(elements.slice(0, 3)).toEqual(new Array(3).fill(target > 0.5 ? 1 : -1));
    expect(elements.slice(lengths[b]).every((element) => element === 0)).toBe(true);
  }
});

const sigmoid = (net: number): number => 1 / (1 + Math.exp(-net));

test("a variant of long short-term memory computes its equation", () => {
  const flag = fc.boolean();
  const parts = fc.record({
    inputGate: flag,
    forgetGate: fc.constantFrom<boolean | "coupled">(true, false, "coupled"),
    outputGate: flag,
    inputActivation: flag,
    outputActivation: flag,
    peepholes: flag,
  });
  fc.assert(
    fc.property(
      parts.filter(({ inputGate, forgetGate }) => inputGate || forgetGate !== "coupled"),
      fc.integer({ min: 0, max: 100 }),
      (chosen, seed) => {
        const variant: LstmVariant = { name: "lstm", inputs: 1, units: 1, seed, ...chosen };
        const cell = lstmVariant(variant);
        // Peepholes start at 0: here they are more.
        const peepholes = Object.entries(cell.parameters).filter(([name]) => name.endsWith("/p"));
        const more = new Map<Node, Node>(peepholes.map(([, leaf], i) => [leaf, constant([0.5 - i])]));
        const [h] = substitute([cell.over(input("x", [2, 1, 1])).outputs["h"]!], more) as [Node];
        const weights = evaluateAll({
          ...cell.parameters,
          ...Object.fromEntries(peepholes.map(([name, leaf]) => [name, more.get(leaf)!])),
        });
        const w = (name: string): number => weights[name]?.item() ?? 0;
        const x = [0.7, -1.1];
        let [lastH, lastC] = [0, 0];
        for (const element of x) {
          const net = (part: string, c: number): number =>
            w(`${part}/W`) * element + w(`${part}/U`) * lastH + w(`${part}/b`) + w(`${part}/p`) * c;
          const z = net("candidate", 0);
          const open = chosen.inputGate ? sigmoid(net("input", lastC)) : 1;
          const keep = { true: sigmoid(net("forget", lastC)), false: 1, coupled: 1 - open }[`${chosen.forgetGate}`];
          const c = keep * lastC + open * (chosen.inputActivation ? Math.tanh(z) : z);
          const read = chosen.outputActivation ? Math.tanh(c) : c;
          lastH = (chosen.outputGate ? sigmoid(net("output", c)) : 1) * read;
          lastC = c;
        }
        expect(evaluateAll({ h }, { x: [[[x[0]!]], [[x[1]!]]] }).h.data[1]).toBeCloseTo(lastH, 10);
      },
    ),
    { numRuns: 40 },
  );
});

test("a truncated variant hands errors back along the cell state only", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0.1, max: 2 }), (seed, first) => {
      const cell = lstmVariant({ name: "lstm", inputs: 1, units: 1, seed, forgetGate: false, truncated: true });
      const { outputs } = cell.over(input("x", [2, 1, 1]));
      const c2 = sum(slice(outputs["c"]!, { axis: 0, start: 1 }));
      const [slope] = gradient(c2, [cell.parameters["candidate/W"]!]);
      const x = [first, 0.7];
      const found = evaluateAll({ slope: slope, h: outputs["h"]! }, { x: x.map((element) => [[element]]) });
      const weights = evaluateAll({ ...cell.parameters });
      const net = (part: string, t: number): number =>
        weights[`${part}/W`]!.item() * x[t]! + weights[`${part}/U`]!.item() * (t === 0 ? 0 : found.h.data[0]!);
      // ∂c₂/∂W as if h₁ were given: Σ_t i_t (1 - z_t²) x_t.
      const direct = [0, 1].map((t) => sigmoid(net("input", t)) * (1 - Math.tanh(net("candidate", t)) ** 2) * x[t]!);
      expect(found.slope.item()).toBeCloseTo(direct[0]! + direct[1]!, 6);
    }),
    { numRuns: 20 },
  );
});

const number = fc.double({ min: -2, max: 2, noNaN: true });

test("MUT1 computes its equation", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), number, number, (seed, first, second) => {
      const cell = mut1({ name: "unit", inputs: 1, units: 1, seed });
      const weights = evaluateAll({ ...cell.parameters });
      const w = (name: string): number => weights[name]!.item();
      let h = 0;
      for (const x of [first, second]) {
        const z = sigmoid(w("update/W") * x + w("update/b"));
        const r = sigmoid(w("reset/W") * x + w("reset/U") * h + w("reset/b"));
        h = z * Math.tanh(w("candidate/U") * r * h + Math.tanh(x) + w("candidate/b")) + (1 - z) * h;
      }
      const { data } = evaluateAll({ h: cell.over(input("x", [2, 1, 1])).outputs.h }, { x: [[[first]], [[second]]] }).h;
      expect(data[1]).toBeCloseTo(h, 10);
    }),
    { numRuns: 20 },
  );
});

test("MUT1 reads a random projection of inputs that are not as many as its units, and does not learn it", () => {
  const cell = mut1({ name: "unit", inputs: 3, units: 2, seed: 1 });
  expect(Object.keys(cell.parameters)).toEqual([
    ...["update/W", "update/b", "reset/W", "reset/U", "reset/b", "candidate/U", "candidate/b"],
  ]);
  expect(cell.over(input("x", [5, 4, 3])).outputs.h.shape).toEqual([5, 4, 2]);
});

test("a hidden unit computes its equation: it adds up, or sees itself", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), number, number, (seed, x, last) => {
      const h = ({ next }: HiddenUnit): number =>
        evaluateAll({ h: next(input("x", [1, 1]), input("last", [1, 1])) }, { x: [[x]], last: [[last]] }).h.item();
      const [memory, unit] = [memoryCell(1, seed), selfRecurrentUnit(1, seed)];
      const [gate, written, fromInput, fromItself] = [...memory.parameters, ...unit.parameters].map((weight) =>
        evaluate(weight).item(),
      ) as [number, number, number, number];
      expect(h(memory)).toBeCloseTo(last + sigmoid(gate * x) * sigmoid(written * x), 10);
      expect(h(unit)).toBeCloseTo(sigmoid(fromInput * x + fromItself * last), 10);
    }),
    { numRuns: 20 },
  );
});

test("a temporal convolution sees the past only", () => {
  const network = temporalConvolution({ inputs: 2, units: 3, outputs: 2, window: 3, blocks: 2, seed: 1 });
  const y = network(input("x", [1, 12, 2]));
  const whole = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
  const cut = whole.map((value, i) => (i < 12 ? value : value + 1));
  const [before, after] = [whole, cut].map((x) => [...evaluateAll({ y }, { x }).y.data]) as [number[], number[]];
  expect(after.slice(0, 12)).toEqual(before.slice(0, 12));
  expect(after.slice(12)).not.toEqual(before.slice(12));
});

test("the last step alone is the last of all steps", () => {
  const steps = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), fc.nat(1000), (length, blocks, seed) => {
      const options = { inputs: 2, units: 3, outputs: 2, window: 3, blocks, seed };
      const x = input("x", [2, length, 2]);
      const values = { x: Float32Array.from({ length: 4 * length }, (_, i) => Math.sin(i + seed)) };
      const all = evaluateAll({ y: temporalConvolution(options)(x) }, values).y.data;
      const last = evaluateAll({ y: lastOfTemporalConvolution(options)(x) }, values).y.data;
      const expected = [0, 1].flatMap((b) => [...all.slice(2 * (b * length + length - 1), 2 * (b + 1) * length)]);
      for (const [i, value] of [...last].entries()) expect(value).toBeCloseTo(expected[i]!, 12);
    }),
    { numRuns: 30 },
  );
});

test("sums are right, read backwards, and no two are of the same numbers", () => {
  const list = sums(500, 2, 1);
  const numbers = list.map(({ question }) => Array.from(question).reverse().join("").trim().split("+").map(Number));
  for (const [i, [a, b]] of numbers.entries()) expect(list[i]!.answer).toBe(String(a! + b!).padEnd(3));
  expect(new Set(numbers.map((pair) => pair.toSorted((a, b) => a - b).join())).size).toBe(500);
});

test("sums of small numbers, which are soon found, do not come first", () => {
  const small = sums(5000, 2, 1).map(({ question }) => /^ *\d\+\d *$/.test(question));
  // Of 5,050 sums 55 are of two digits: about 5 in a tenth.
  expect(small.slice(0, 500).filter(Boolean).length).toBeLessThan(16);
  expect(small.filter(Boolean).length).toBeGreaterThan(50);
});
