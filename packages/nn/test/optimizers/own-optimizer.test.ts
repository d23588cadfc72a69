/** An optimizer written with public names only. */
import { add, createRuntime, input, mul, param, sub, type Update } from "@unfold/core";
import { checkSetting, makeOptimizer, parameterwise, pathOf, sgd, stateLeaves, type Optimizer } from "@unfold/nn";
import { expect, test } from "vitest";

/** Momentum as `sgd` has it, from the public parts for all parameters at once. */
function ownMomentum(learningRate: number, momentum: number): Optimizer {
  checkSetting("ownMomentum(learningRate, momentum)", "momentum", momentum, {
    words: "below 1",
    holds: (value) => value < 1,
  });
  const stateLeaf = stateLeaves("own");
  return makeOptimizer((parameters, gradients) =>
    parameters.flatMap((parameter, i): Update[] => {
      const velocity = stateLeaf(`velocity/${pathOf(parameter)}`, parameter.shape);
      const next = add(mul(momentum, velocity), gradients[i]!);
      return [
        [velocity, next],
        [parameter, sub(parameter, mul(learningRate, next))],
      ];
    }),
  );
}

/** The same for one parameter at a time. */
function shortMomentum(learningRate: number, momentum: number): Optimizer {
  return parameterwise(
    "shortMomentum(options)",
    { name: "short", learningRate },
    () =>
      ({ gradient, last, carry }) =>
        carry("velocity", add(mul(momentum, last("velocity")), gradient)),
  );
}

async function train(optimizer: Optimizer): Promise<number[]> {
  const [w, x] = [param("w", 3), input("x", [])];
  const runtime = await createRuntime();
  const loss = mul(mul(w, x), mul(w, x));
  const step = await runtime.compile({ inputs: { x }, updates: optimizer.minimize(loss, { clipGlobalNorm: 2 }) });
  return [1, 0.5, 2, -1].map((value) => {
    step.run({ x: value });
    return runtime.read(w).item();
  });
}

test("it trains as the built-in one does", async () => {
  const built = sgd({ learningRate: 0.25, momentum: 0.5 });
  expect(await train(ownMomentum(0.25, 0.5))).toEqual(await train(built));
  expect(await train(shortMomentum(0.25, 0.5))).toEqual(await train(built));
});

test("its settings are checked as the built-in ones' are", () => {
  expect(() => ownMomentum(0.1, 1)).toThrow(
    expect.objectContaining({
      code: "SETTING_RANGE",
      message: "ownMomentum(learningRate, momentum): momentum must be below 1, got 1.",
    }),
  );
});

test("it cannot train what is not a parameter", () => {
  const x = input("x", []);
  expect(() => ownMomentum(0.1, 0).minimize(mul(x, x), { parameters: [x] })).toThrow(
    expect.objectContaining({
      code: "NOT_A_PARAMETER",
      message:
        'minimize(loss, { parameters }): only parameters can be trained, got f32[] ("x"). Make it with param(path, initial).',
    }),
  );
});
