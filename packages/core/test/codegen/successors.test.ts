/** Values are computed where others lie that nobody needs any more, if that changes nothing. */
import { add, constant, exp, input, matmul, mul, scan, sin, tanh, transpose, type Node } from "@unfold/core";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NestBuilder } from "../../src/codegen/lower/nest-builder.js";
import type { Address, Buffer, Call, LoopProgram, Statement } from "../../src/codegen/loop-program.js";
import { liveRanges, stepsOf } from "../../src/codegen/plan/live-ranges.js";
import { planMemory, type MemoryPlan } from "../../src/codegen/plan/memory-plan.js";
import { successorsOf } from "../../src/codegen/plan/successors.js";
import { Memory, runLoopProgram } from "./reference/run-loop-program.js";
import { runLowered } from "./reference/run-lowered.js";

const node: Node = constant(0);
const turns = { name: "t0" };
const ROWS = 4;
const COLUMNS = 3;
const SIZE = ROWS * COLUMNS;

/** How the elements that a kernel goes through lie. */
interface Way {
  readonly offset?: number;
  readonly strides: readonly number[];
  /** Elements per turn of the loop around the call. */
  readonly turn?: number;
}

const WHOLE = { strides: [COLUMNS, 1] };
const TRANSPOSED = { strides: [1, ROWS] };
const BACKWARDS = { offset: SIZE - 1, strides: [-COLUMNS, -1] };
const ROW = { strides: [0, 1] };
const PART = { strides: [1], turn: COLUMNS };
const LAST_PART_FIRST = { offset: SIZE - COLUMNS, strides: [1], turn: -COLUMNS };
const SAME_PART = { strides: [1] };
const PART_BACKWARDS = { offset: COLUMNS - 1, strides: [-1], turn: COLUMNS };

function bufferOf(id: number, size = SIZE): Buffer {
  return { id, dtype: "f32", size, place: { kind: "arena" } };
}

/** `to` = 1 + the sum of what is read. */
function sumOf(shape: readonly number[], to: readonly [Buffer, Way], from: readonly (readonly [Buffer, Way])[]): Call {
  const layout = ([buffer, { offset = 0, strides, turn }]: readonly [Buffer, Way]) => {
    const address: Address = { buffer, offset, terms: turn === undefined ? [] : [{ loop: turns, stride: turn }] };
    return { address, shape, strides };
  };
  const nest = new NestBuilder(shape);
  const one = nest.lanes.constant(1, "f32");
  nest.store(
    layout(to),
    from.map((value) => nest.load(layout(value), "f32")).reduce((total, lane) => nest.lanes.add(total, lane), one),
  );
  return nest.finish(node);
}

const whole = (to: Buffer, ...from: readonly (readonly [Buffer, Way])[]): Call =>
  sumOf([ROWS, COLUMNS], [to, WHOLE], from);
const part = (way: Way, to: Buffer, ...from: readonly (readonly [Buffer, Way])[]): Call =>
  sumOf([COLUMNS], [to, way], from);
const loop = (...body: readonly Statement[]): Statement => ({ kind: "loop", id: turns, count: ROWS, body });

function programOf(buffers: readonly Buffer[], statements: readonly Statement[]): LoopProgram {
  return { buffers, preparation: [], statements, inputs: [buffers[0]!], outputs: [buffers.at(-1)!] };
}

/** The last buffer after a run, watched, from numbers in the first one. */
function run(program: LoopProgram, plan: MemoryPlan): readonly number[] {
  const memory = new Memory(plan);
  const [first, last] = [program.inputs[0]!, program.outputs[0]!];
  for (let i = 0; i < first.size; i++) memory.write(first, i, i * i);
  runLoopProgram(program, memory);
  return Array.from({ length: last.size }, (_, i) => memory.read(last, i));
}

/** How many buffers follow another in its place; the program has the values that it has where none does. */
function countSuccessors(program: LoopProgram): number {
  const apart = new Map(program.buffers.map((buffer, i) => [buffer, 8 * SIZE * i]));
  const peakBytes = 8 * SIZE * program.buffers.length;
  expect(run(program, planMemory(program))).toEqual(run(program, { offsets: apart, peakBytes, totalBytes: peakBytes }));
  const steps = stepsOf(program);
  return successorsOf(steps, liveRanges(program, steps)).size;
}

test("whatever is read in whichever order, programs have the values that they have without", () => {
  const way = fc.constantFrom(WHOLE, WHOLE, WHOLE, TRANSPOSED, BACKWARDS, ROW);
  const partWay = fc.constantFrom(PART, PART, LAST_PART_FIRST, SAME_PART, PART_BACKWARDS);
  const from = <W>(ways: fc.Arbitrary<W>): fc.Arbitrary<readonly { readonly back: number; readonly way: W }[]> =>
    fc.array(fc.record({ back: fc.nat(2), way: ways }), { minLength: 1, maxLength: 2 });
  const statement = fc.oneof(
    fc.record({ kind: fc.constant("whole" as const), from: from(way) }),
    fc.record({ kind: fc.constant("parts" as const), to: fc.constantFrom(PART, LAST_PART_FIRST), from: from(partWay) }),
  );
  let shared = 0;
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 6 }), (drawn) => {
      const buffers = Array.from({ length: drawn.length + 1 }, (_, i) => bufferOf(i));
      const statements = drawn.map((each, i): Statement => {
        const read = each.from.map(({ back, way }) => [buffers[Math.max(0, i - back)]!, way] as const);
        const to = buffers[i + 1]!;
        return each.kind === "whole" ? whole(to, ...read) : loop(part(each.to, to, ...read));
      });
      shared += countSuccessors(programOf(buffers, statements));
    }),
    { numRuns: 500 },
  );
  expect(shared).toBeGreaterThan(100);
});

const [x, y, z] = [bufferOf(0), bufferOf(1), bufferOf(2)];

describe("the place of a value is taken", () => {
  test("one after the other", () => {
    const program = programOf([x, y, z], [whole(y, [x, WHOLE]), whole(z, [y, WHOLE])]);
    expect(countSuccessors(program)).toBe(2);
    expect(planMemory(program).peakBytes).toBe(64);
  });

  test("of one of two that die", () => {
    expect(countSuccessors(programOf([x, y, z], [whole(y, [x, WHOLE]), whole(z, [x, WHOLE], [y, WHOLE])]))).toBe(1);
  });

  test.each([PART, LAST_PART_FIRST])("part by part, in a loop: %o", (way) => {
    expect(countSuccessors(programOf([x, z], [loop(part(way, z, [x, way]))]))).toBe(1);
  });

  test("part by part, in a loop that reads what it has made", () => {
    const sums = bufferOf(1, COLUMNS);
    const body = [part(PART, z, [x, PART]), part(SAME_PART, sums, [z, PART])];
    expect(countSuccessors(programOf([x, sums, z], [loop(...body)]))).toBe(1);
  });

  test("within every turn of a loop", () => {
    const [a, b] = [bufferOf(1, COLUMNS), bufferOf(2, COLUMNS)];
    const out = bufferOf(3);
    const body = [part(SAME_PART, a, [x, PART]), part(SAME_PART, b, [a, SAME_PART]), part(PART, out, [b, SAME_PART])];
    expect(countSuccessors(programOf([x, a, b, out], [loop(...body)]))).toBe(1);
  });
});

describe("the place of a value is left alone", () => {
  test("if somebody reads it later", () => {
    expect(countSuccessors(programOf([x, y, z], [whole(y, [x, WHOLE]), whole(z, [x, WHOLE], [y, ROW])]))).toBe(1);
    expect(countSuccessors(programOf([x, y, z], [whole(y, [x, WHOLE]), whole(z, [y, ROW], [x, ROW])]))).toBe(0);
  });

  test.each([TRANSPOSED, BACKWARDS, ROW])(
    "if elements are read that are not in the place of those written: %o",
    (way) => {
      expect(countSuccessors(programOf([x, z], [whole(z, [x, way])]))).toBe(0);
      expect(countSuccessors(programOf([x, z], [whole(z, [x, WHOLE], [x, way])]))).toBe(0);
    },
  );

  test.each([LAST_PART_FIRST, SAME_PART, PART_BACKWARDS])("if other parts are read than are written: %o", (way) => {
    expect(countSuccessors(programOf([x, z], [loop(part(PART, z, [x, way]))]))).toBe(0);
  });

  test("if the parts of two turns overlap", () => {
    const close = { strides: [1], turn: 1 };
    const [from, to] = [bufferOf(0, ROWS - 1 + COLUMNS), bufferOf(1, ROWS - 1 + COLUMNS)];
    expect(countSuccessors(programOf([from, to], [loop(part(close, to, [from, close]))]))).toBe(0);
  });

  test("if something else in the loop reads or writes", () => {
    const sums = bufferOf(1, COLUMNS);
    const reading = [part(PART, z, [x, PART]), part(SAME_PART, sums, [x, SAME_PART])];
    expect(countSuccessors(programOf([x, sums, z], [loop(...reading)]))).toBe(0);
    const writing = [part(SAME_PART, z, [x, SAME_PART]), part(PART, z, [x, PART])];
    expect(countSuccessors(programOf([x, z], [loop(...writing)]))).toBe(0);
  });

  test("if some of the new value is there before", () => {
    const half = (offset: number, to: Buffer, from: Buffer): Call =>
      sumOf([SIZE / 2], [to, { offset, strides: [1] }], [[from, { offset, strides: [1] }]]);
    const sums = bufferOf(1);
    const statements = [half(0, z, x), half(0, sums, x), half(SIZE / 2, z, x)];
    expect(countSuccessors(programOf([x, sums, z], statements))).toBe(0);
  });

  test("if the new value is larger", () => {
    const large = bufferOf(1, 2 * SIZE);
    const rest = sumOf([SIZE], [large, { offset: SIZE, strides: [1] }], [[large, { strides: [1] }]]);
    expect(countSuccessors(programOf([x, large], [whole(large, [x, WHOLE]), rest]))).toBe(0);
  });

  test("if the part is read again and again", () => {
    const again: Statement = { kind: "loop", id: { name: "t1" }, count: 2, body: [part(PART, z, [x, PART])] };
    expect(countSuccessors(programOf([x, z], [loop(again)]))).toBe(0);
  });

  test("if it was there before the loop", () => {
    const statements = [whole(z, [x, TRANSPOSED]), loop(part(PART, z, [x, PART]))];
    expect(countSuccessors(programOf([x, z], statements))).toBe(0);
  });

  test("if a loop reads all of it in every turn", () => {
    const out = bufferOf(1, COLUMNS);
    expect(countSuccessors(programOf([x, out], [loop(part(SAME_PART, out, [x, SAME_PART]))]))).toBe(0);
    const small = bufferOf(0, COLUMNS);
    expect(countSuccessors(programOf([small, out], [loop(part(SAME_PART, out, [small, SAME_PART]))]))).toBe(0);
  });
});

describe("in graphs", () => {
  /** Not a multiple of a vector, and many of them. */
  const SIDE = 37;
  const a = input("a", [SIDE, SIDE]);
  const b = input("b", [SIDE, SIDE]);
  const spec = reals([SIDE, SIDE], { min: -0.3, max: 0.3 });
  const values = { a: drawValue(spec, 1, "a"), b: drawValue(spec, 1, "b") };
  /** It lies by itself before something reads it. */
  const product = matmul(a, b);
  const other = matmul(b, a);

  test.each<[string, Node, number]>([
    ["a function of a value", tanh(product), 1],
    ["a product to which a value is added", add(sin(product), matmul(a, transpose(b))), 2],
    ["one of two that are computed together", matmul(sin(product), exp(product)), 1],
    ["two that are computed together of two", matmul(add(product, other), mul(product, other)), 2],
    ["of a value that is read once more, nothing", matmul(tanh(product), product), 0],
    ["of what is added to its transpose, nothing", add(product, transpose(product)), 0],
  ])("%s", (_, result, count) => {
    const { program } = runLowered({ inputs: { a, b }, outputs: { result }, values });
    const steps = stepsOf(program);
    expect(successorsOf(steps, liveRanges(program, steps)).size).toBe(count);
  });

  test("what a step makes of its sequence, part by part", () => {
    const steps = 20;
    const x = input("x", [steps, 8]);
    const { outputs } = scan({
      steps,
      sequences: { x },
      delays: { h: { initial: constant([new Array<number>(8).fill(0)]) } },
      step: ({ sequences, delays: { h } }) => {
        const y = mul(sequences.x, sequences.x);
        return { next: { h: tanh(add(h, y)) }, outputs: { y } };
      },
    });
    const { program, plan } = runLowered({
      inputs: { x },
      outputs,
      values: { x: drawValue(reals([steps, 8]), 1, "x") },
    });
    const [read, written] = [program.inputs[0]!, program.outputs[0]!];
    expect(plan.offsets.get(written)).toBe(plan.offsets.get(read));
  });
});
