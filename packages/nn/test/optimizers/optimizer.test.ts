/** What all optimizers share: which parameters they train, and what they refuse. */
import {
  add,
  constant,
  createRuntime,
  evaluate,
  input,
  mul,
  param,
  sum,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { adam, sgd, type Optimizer } from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";

const optimizers: readonly (readonly [string, () => Optimizer])[] = [
  ["sgd", () => sgd({ learningRate: 0.1 })],
  ["sgd with momentum", () => sgd({ learningRate: 0.1, momentum: 0.5 })],
  ["adam", () => adam()],
];

function trained(updates: readonly (readonly [Node, Node])[]): Node[] {
  return updates.map(([target]) => target).filter(({ op }) => op.name === "param");
}

describe.each(optimizers)("%s", (_, make) => {
  test("trains every parameter the loss depends on", () => {
    const [w, b] = [param("w", [1, 2]), param("b", [3, 4])];
    expect(trained(make().minimize(sum(add(mul(w, input("x", [2])), b))))).toEqual([w, b]);
  });

  test("trains only the parameters named", () => {
    const [w, b] = [param("w", [1, 2]), param("b", [3, 4])];
    expect(trained(make().minimize(sum(mul(w, b)), { parameters: [b] }))).toEqual([b]);
  });

  test("minimize is apply with the gradients of the loss", () => {
    const w = param("w", [1, 2]);
    const values = (updates: readonly (readonly [Node, Node])[]): number[][] =>
      updates.map(([, value]) => [...evaluate(value).data]);
    expect(values(make().minimize(sum(mul(w, w))))).toEqual(values(make().apply([w], [mul(w, 2)])));
  });

  test("refuses a loss without parameters", () => {
    expectProblem(() => make().minimize(input("x", [])), {
      name: "GraphError",
      code: "NO_PARAMETERS",
      message:
        "minimize(loss): the loss must depend on at least one parameter, got none. Make weights with param(path, initial) or a layer.",
    });
  });

  test("refuses an empty list of parameters", () => {
    expect(() => make().minimize(param("w", 1), { parameters: [] })).toThrow("at least one parameter");
  });

  test("refuses a parameter the loss does not reach, by name", () => {
    const loss = mul(param("w", 1), 2);
    expect(() => make().minimize(loss, { parameters: [param("other", 1)] })).toThrow(
      'no path from f32[] ("other") to the loss',
    );
  });

  test("refuses a loss with axes", () => {
    expect(() => make().minimize(param("w", [1, 2]))).toThrow("the loss must be f32[], got f32[2]");
  });

  test("refuses to train an input, when asked or when compiled", async () => {
    const x = input("x", []);
    const train = async (): Promise<unknown> => {
      const runtime = await createRuntime();
      return runtime.compile({ inputs: { x }, updates: make().minimize(mul(x, x), { parameters: [x] }) });
    };
    await expect(train()).rejects.toThrow(/only parameters can be trained|an update must write a param or state/);
  });
});

test("an optimizer with moments names what it cannot train", () => {
  expectProblem(() => adam().apply([mul(constant(1), 2)], [constant(1)]), {
    name: "GraphError",
    code: "NOT_A_PARAMETER",
    message:
      "minimize(loss, { parameters }): only parameters can be trained, got f32[]. Make it with param(path, initial).",
  });
});

test("the optimizer's moments are the same leaves each time it is asked", () => {
  const w = param("w", 1);
  const optimizer = adam();
  const targets = (): Node[] => optimizer.minimize(mul(w, w)).map(([target]) => target);
  expect(targets()).toEqual(targets());
  const stepOf = (): FloatNode => targets()[0] as FloatNode;
  expect(stepOf()).toBe(stepOf());
});

test("two optimizers train different parameters in one runtime", async () => {
  const [w, b] = [param("w", 1), param("b", 1)];
  const runtime = await createRuntime();
  const loss = mul(mul(w, w), mul(b, b));
  const slow = adam({ name: "slow", learningRate: 0.001 }).minimize(loss, { parameters: [w] });
  const fast = adam({ name: "fast", learningRate: 0.1 }).minimize(loss, { parameters: [b] });
  const step = await runtime.compile({ outputs: { loss }, updates: [...slow, ...fast] });
  step.run({});
  // Adam's first step is its learning rate; 1 - 0.999 in 32 bits is 3e-5 off.
  expect(runtime.read(w).item()).toBeCloseTo(0.999, 6);
  expect(runtime.read(b).item()).toBeCloseTo(0.9, 5);
});
