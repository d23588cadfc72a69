/** What a folded graph may be made of, and the errors of what it may not. */
import {
  add,
  cast,
  constant,
  evaluate,
  foldedGraph,
  formatType,
  input,
  mul,
  param,
  state,
  tanh,
  unfold,
  type DelayOptions,
  type FloatNode,
  type Node,
  type StepBuilder,
} from "@unfold/rnn";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";

/** A folded graph "net" whose one delay "h" f32[2] is closed by what `step` returns. */
function net(options: DelayOptions, step: (h: FloatNode) => Node = (h) => tanh(h)): () => unknown {
  return () =>
    foldedGraph("net", ({ delay }) => {
      const h = delay("h", [2], options);
      return { next: { h: step(h) }, outputs: { h } };
    });
}

describe("declarations", () => {
  test("sequences, delays and outputs are found under their names", () => {
    const folded = foldedGraph("net", ({ sequence, delay }) => {
      const x = sequence("x", [3]);
      const tokens = sequence("tokens", [], "i32");
      const h = delay("h", [3], { steps: 2, initial: 0 });
      const next = mul(add(x, h), cast(tokens, "f32"));
      return { next: { h: next }, outputs: { y: next } };
    });
    expect(folded.name).toBe("net");
    expect(Object.entries(folded.sequences).map(([name, { type }]) => `${name} ${formatType(type)}`)).toEqual([
      "x f32[3]",
      "tokens i32[]",
    ]);
    const { h } = folded.delays;
    expect([h!.name, h!.steps, formatType(h!.placeholder.type), formatType(h!.initial.type)]).toEqual([
      "h",
      2,
      "f32[3]",
      "f32[2, 3]",
    ]);
    expect(h!.next).toBe(folded.outputs.y);
  });

  test("a recurrence may have no sequence, or no delay", () => {
    const counter = foldedGraph("counter", ({ delay }) => {
      const n = delay("n", [], { initial: 0 });
      return { next: { n: add(n, 1) }, outputs: { n } };
    });
    expect([...evaluate(unfold(counter, 3).outputs.n).data]).toEqual([0, 1, 2]);
    const square = foldedGraph("square", ({ sequence }) => {
      const x = sequence("x", []);
      return { next: {}, outputs: { y: mul(x, x) } };
    });
    expect([...evaluate(unfold(square, 3).outputs.y, { x: [1, 2, 3] }).data]).toEqual([1, 4, 9]);
  });

  test.each(["toString", "constructor", "valueOf"])("%s is a name like any other", (name) => {
    const folded = foldedGraph("net", ({ delay }) => {
      const h = delay(name, [], { initial: 1 });
      const next = mul(h, 2);
      return { next: { [name]: next }, outputs: { h: next } };
    });
    expect([...evaluate(unfold(folded, 2).outputs.h).data]).toEqual([2, 4]);
  });
});

describe("initial values", () => {
  test("are asked for where a caller without TypeScript leaves the options out", () => {
    const draw = ({ delay }: { readonly delay: unknown }): never =>
      Reflect.apply(delay as () => never, undefined, ["h", [2]]) as never;
    expect(() => foldedGraph("net", draw)).toThrow('foldedGraph("net"): delay "h": the initial value must be');
  });

  // Unfolded once, the output is what the delay reads at step 0.
  const firstRead = (options: DelayOptions, values: Record<string, number[]> = {}): number[] => {
    const folded = foldedGraph("net", ({ delay }) => {
      const h = delay("h", [2], options);
      return { next: { h }, outputs: { h } };
    });
    return [...evaluate(unfold(folded, 1).last.h, values).data];
  };

  test.each<readonly [string, Node | number, number[]]>([
    ["a number", 0.5, [0.5, 0.5]],
    ["a constant for every step", constant([1, 2]), [1, 2]],
    ["a constant with an axis of steps", constant([[1, 2]]), [1, 2]],
    ["a parameter", param("h0", [3, 4]), [3, 4]],
    ["a state", state("h0", [5, 6]), [5, 6]],
    ["a computed node", mul(constant([1, 2]), 10), [10, 20]],
  ])("%s", (_, initial, expected) => {
    expect(firstRead({ initial })).toEqual(expected);
  });

  test("an input", () => {
    expect(firstRead({ initial: input("h0", [2]) }, { h0: [7, 8] })).toEqual([7, 8]);
  });

  test("with k steps, [k, …S] is read oldest first", () => {
    const initial = constant([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(firstRead({ steps: 3, initial })).toEqual([1, 2]);
  });

  const misfits: readonly (readonly [string, DelayOptions, string])[] = [
    [
      "another shape",
      { initial: input("h0", [3]) },
      'a number, [2], or [1, 2] with the oldest step first, got f32[3] ("h0")',
    ],
    ["a scalar node", { initial: constant(1) }, "a number, [2], or [1, 2] with the oldest step first, got f32[]"],
    [
      "too few steps",
      { steps: 3, initial: constant([[1, 2]]) },
      "a number, [2], or [3, 2] with the oldest step first, got f32[1, 2]",
    ],
    ["no number", { initial: NaN }, "a number, [2], or [1, 2] with the oldest step first, got NaN"],
    ["nothing", {} as DelayOptions, "a number, [2], or [1, 2] with the oldest step first, got none"],
  ];
  test.each(misfits)("%s is refused", (_, options, text) => {
    expectProblem(net(options), {
      name: "GraphError",
      code: "INITIAL_SHAPE",
      message: `foldedGraph("net"): delay "h": the initial value must be ${text}. delay(name, shape, { initial: 0 }) starts from zeros.`,
    });
  });

  test("another dtype is refused", () => {
    expectProblem(net({ initial: constant([1, 2], "i32") }), {
      name: "GraphError",
      code: "INITIAL_SHAPE",
      message: 'foldedGraph("net"): the initial value of delay "h" must be 1 × f32[2], got i32[1, 2].',
    });
  });

  test("a placeholder of the step is refused", () => {
    const build = (): unknown =>
      foldedGraph("net", ({ sequence, delay }) => {
        const x = sequence("x", [2]);
        const h = delay("h", [2], { initial: x });
        return { next: { h: tanh(h) }, outputs: { h } };
      });
    expect(build).toThrow(expect.objectContaining({ name: "GraphError", code: "INITIAL_OF_STEP" }));
    expect(build).toThrow(
      /^foldedGraph\("net"\): the initial value of delay "h" must use nothing of the step itself, got f32\[2\] \("x"\) built at .*folded-graph\.test\.ts:\d+:\d+\. Make it of inputs, parameters and constants\.$/,
    );
  });
});

describe("closing the delays", () => {
  test("a delay without a next value is refused", () => {
    const build = (): unknown =>
      foldedGraph("net", ({ delay }) => {
        const h = delay("h", [2], { initial: 0 });
        const c = delay("c", [2, 3], { initial: 0 });
        return { next: { h: tanh(h) }, outputs: { c } };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "DELAY_NOT_CLOSED",
      message:
        'foldedGraph("net"): next must hold the value of every delay, got none for "c" f32[2, 3] ("c"). Return { next: { c: … } }.',
    });
  });

  test("a next value for no delay is refused", () => {
    const build = (): unknown =>
      foldedGraph("net", ({ sequence, delay }) => {
        sequence("x", [2]);
        const h = delay("h", [2], { initial: 0 });
        const c = delay("c", [2], { initial: 0 });
        return { next: { h, c, x: h }, outputs: { h } };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "NEXT_UNKNOWN",
      message: 'foldedGraph("net"): next must name delays declared with delay(name, …), got "x". Declared: h, c.',
    });
  });

  test("a next value where no delay is declared is refused", () => {
    expectProblem(() => foldedGraph("net", () => ({ next: { h: constant(1) }, outputs: {} })), {
      name: "GraphError",
      code: "NEXT_UNKNOWN",
      message: 'foldedGraph("net"): next must name delays declared with delay(name, …), got "h". Declared: none.',
    });
  });

  test.each<readonly [string, (h: FloatNode) => Node, string]>([
    ["another shape", () => input("wide", [3]), 'f32[3] ("wide")'],
    ["another rank", () => constant([[1, 2]]), "f32[1, 2]"],
    ["another dtype", (h) => cast(h, "i32"), "i32[2]"],
  ])("a next value of %s is refused", (_, step, got) => {
    expectProblem(net({ initial: 0 }, step), {
      name: "GraphError",
      code: "DELAY_TYPE",
      message: `foldedGraph("net"): the next value of delay "h" must be f32[2], as declared, got ${got}.`,
    });
  });
});

describe("names", () => {
  const twice = (declare: (builder: StepBuilder) => void): (() => unknown) => {
    return () =>
      foldedGraph("net", (builder) => {
        declare(builder);
        return { next: {}, outputs: {} };
      });
  };

  test.each<readonly [string, (builder: StepBuilder) => void]>([
    ["two delays", ({ delay }) => [delay("h", [], { initial: 0 }), delay("h", [], { initial: 0 })]],
    ["two sequences", ({ sequence }) => [sequence("h", []), sequence("h", [])]],
    ["a sequence and a delay", ({ sequence, delay }) => [sequence("h", []), delay("h", [], { initial: 0 })]],
    ["a delay and a sequence", ({ sequence, delay }) => [delay("h", [], { initial: 0 }), sequence("h", [])]],
  ])("%s with one name are refused", (_, declare) => {
    expectProblem(twice(declare), {
      name: "GraphError",
      code: "STEP_NAME_TWICE",
      message: 'foldedGraph("net"): every sequence and delay must have its own name, got "h" twice.',
    });
  });
});
