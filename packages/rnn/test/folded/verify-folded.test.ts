/** Every cycle must cross a delay; steps must be whole numbers; placeholders must be those of a step around. */
import {
  add,
  constant,
  evaluate,
  foldedGraph,
  label,
  matmul,
  mul,
  param,
  scan,
  tanh,
  unfold,
  verifyFolded,
  type Node,
} from "@unfold/rnn";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";

/** A folded graph whose one delay reaches back `steps` steps and is on a cycle unless told otherwise. */
function withSteps(steps: number, isCyclic = true): () => unknown {
  return () =>
    foldedGraph("elman", ({ sequence, delay }) => {
      const x = sequence("x", [2]);
      const h = delay("h", [2], { steps, initial: 0 });
      const next = tanh(isCyclic ? add(x, h) : x);
      return { next: { h: next }, outputs: { h: next } };
    });
}

describe("cycles without a delay", () => {
  test("a delay of 0 steps is refused with the cycle", () => {
    expectProblem(withSteps(0), {
      name: "GraphError",
      code: "CYCLE_WITHOUT_DELAY",
      message:
        'foldedGraph("elman"): every cycle must cross a delay of at least 1 step, got h → add → tanh → h. Give "h" { steps: 1 }, so that add reads the value of the step before.',
    });
  });

  test("operations with a label are called by their operation, leaves by their name", () => {
    const build = (): unknown =>
      foldedGraph("net", ({ delay }) => {
        const h = delay("h", [1, 2], { steps: 0, initial: 0 });
        const next = label(
          "hidden",
          matmul(
            h,
            param("W", [
              [1, 0],
              [0, 1],
            ]),
          ),
        );
        return { next: { h: next }, outputs: { h: next } };
      });
    expect(build).toThrow("got h → matmul → h. ");
  });

  test("a cycle through two delays of 0 steps shows both", () => {
    const build = (): unknown =>
      foldedGraph("pair", ({ delay }) => {
        const a = delay("a", [2], { steps: 0, initial: 0 });
        const b = delay("b", [2], { steps: 0, initial: 0 });
        return { next: { a: tanh(b), b: mul(a, a) }, outputs: { a } };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "CYCLE_WITHOUT_DELAY",
      message:
        'foldedGraph("pair"): every cycle must cross a delay of at least 1 step, got a → mul → b → tanh → a. Give "a" { steps: 1 }, so that mul reads the value of the step before.',
    });
  });

  test("a delay of 0 steps that reads itself is a cycle of one", () => {
    const build = (): unknown =>
      foldedGraph("net", ({ delay }) => {
        const h = delay("h", [2], { steps: 0, initial: 0 });
        return { next: { h }, outputs: { h } };
      });
    expect(build).toThrow("got h → h. ");
  });

  test("a cycle that crosses another delay of 1 step is not the fault of that delay", () => {
    const build = (): unknown =>
      foldedGraph("net", ({ delay }) => {
        const a = delay("a", [2], { steps: 0, initial: 0 });
        const b = delay("b", [2], { steps: 1, initial: 0 });
        return { next: { a: tanh(b), b: mul(a, a) }, outputs: { a } };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "DELAY_STEPS",
      message: 'foldedGraph("net"): delay "a" must reach back a whole number of steps ≥ 1, got 0.',
    });
  });

  test("the error carries the cycle as data", () => {
    expect(withSteps(0)).toThrow(expect.objectContaining({ details: { cycle: ["h", "add", "tanh", "h"] } }));
  });
});

describe("steps of a delay", () => {
  test("0 steps without a cycle are refused all the same", () => {
    expectProblem(withSteps(0, false), {
      name: "GraphError",
      code: "DELAY_STEPS",
      message: 'foldedGraph("elman"): delay "h" must reach back a whole number of steps ≥ 1, got 0.',
    });
  });

  test.each([-1, 1.5, 0.5, NaN, Infinity])("%d steps are refused", (steps) => {
    expectProblem(withSteps(steps), {
      name: "GraphError",
      code: "DELAY_STEPS",
      message: `foldedGraph("elman"): delay "h" must reach back a whole number of steps ≥ 1, got ${steps}.`,
    });
  });
});

describe("placeholders", () => {
  test("those of a folded graph that this one does not stand in are refused when it is run, with the place where they were built", () => {
    let foreign: Node<"f32"> = constant([0, 0]);
    foldedGraph("other", ({ sequence }) => {
      foreign = sequence("x", [2]);
      return { next: {}, outputs: { y: tanh(foreign) } };
    });
    const folded = foldedGraph("net", () => ({ next: {}, outputs: { y: tanh(foreign) } }));
    for (const run of [unfold, scan]) {
      expect(() => evaluate(run(folded, 2).outputs.y)).toThrow(
        /^compile: a graph must not hold placeholders of a folded graph, got placeholder f32\[2\] \("x"\) built at .*verify-folded\.test\.ts:\d+:\d+\. Unfold the folded graph first: unfold\(folded, T\)\.$/,
      );
    }
  });
});

test("a folded graph changed by hand is verified again", () => {
  const folded = foldedGraph("net", ({ delay }) => {
    const h = delay("h", [2], { initial: 0 });
    return { next: { h: tanh(h) }, outputs: { h } };
  });
  const { h } = folded.delays;
  verifyFolded(folded);
  expectProblem(
    () => {
      verifyFolded({ ...folded, delays: { h: { ...h!, steps: 2 } } });
    },
    {
      name: "GraphError",
      code: "INITIAL_SHAPE",
      message: 'foldedGraph("net"): the initial value of delay "h" must be 2 × f32[2], got f32[1, 2].',
    },
  );
});

test("two parameters with one path are refused", () => {
  const build = (): unknown =>
    foldedGraph("net", ({ delay }) => {
      const h = delay("h", [2], { initial: 0 });
      return { next: { h: mul(mul(h, param("w", 1)), param("w", 2)) }, outputs: { h } };
    });
  expect(build).toThrow(expect.objectContaining({ code: "VERIFY_NAME" }));
});
