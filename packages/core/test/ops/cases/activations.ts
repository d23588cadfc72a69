import { constant, elu, gelu, hardSigmoid, leakyRelu, selu, silu, softsign, type FloatNode } from "@unfold/core";
import { unarySample, type ErrorCase, type OpCase } from "@unfold/testkit";
import { derivativeAt } from "../derivative-at.js";

/** A few roundings of 1.1e-16 and the engine's exp or tanh. */
const ROUNDINGS = 1e-15;

function geluTanh(x: FloatNode): FloatNode {
  return gelu(x, { approximate: true });
}

/** Refused by the first operation inside that takes no integers, under its own name. */
function integersRefused(name: string, build: (x: FloatNode) => FloatNode, where: string, got: string): ErrorCase {
  return {
    title: `${name} of integers`,
    build: () => build(constant([1], "i32") as never),
    code: "DTYPE_NOT_ACCEPTED",
    message: `${where}: the dtype must be f32, got ${got}. Convert it: cast(node, "f32").`,
  };
}

export const activationsCase: OpCase = {
  ops: [],
  samples: [
    unarySample("leakyRelu", leakyRelu, { avoid: [0] }),
    unarySample("leakyRelu with slope 0.2", (x) => leakyRelu(x, 0.2), { avoid: [0] }),
    unarySample("elu", elu, { avoid: [0] }),
    unarySample("elu with alpha 0.5", (x) => elu(x, 0.5), { avoid: [0] }),
    unarySample("selu", selu, { avoid: [0] }),
    unarySample("gelu", gelu),
    unarySample("gelu, tanh form,", geluTanh),
    unarySample("silu", silu),
    unarySample("hardSigmoid", hardSigmoid, { min: -5, max: 5, avoid: [-3, 3] }),
    unarySample("softsign", softsign, { avoid: [0] }),
  ],
  values: [
    {
      title: "leakyRelu",
      build: () => leakyRelu(constant([-2, -0, 0, 3, -Infinity, Infinity, NaN])),
      expected: [-0.02, -0, 0, 3, -Infinity, Infinity, NaN],
    },
    {
      title: "derivative of leakyRelu, its slope at 0",
      build: () => derivativeAt((x) => leakyRelu(x, 0.25), [-1e4, 0, 1e4]),
      expected: [0.25, 0.25, 1],
    },
    {
      title: "elu",
      build: () => elu(constant([-Infinity, -1e4, -1, 0, 3, 1e4, Infinity, NaN]), 2),
      expected: [-2, -2, -1.2642411176571153, 0, 3, 1e4, Infinity, NaN],
      rtol: ROUNDINGS,
    },
    {
      title: "elu with its default, alpha 1",
      build: () => elu(constant([-Infinity, -1])),
      expected: [-1, -0.6321205588285577],
      rtol: ROUNDINGS,
    },
    {
      title: "derivative of elu, alpha at 0",
      build: () => derivativeAt((x) => elu(x, 2), [-1e4, 0, 1e4]),
      expected: [0, 2, 1],
    },
    {
      title: "selu as published",
      build: () => selu(constant([1, -Infinity])),
      expected: [1.0507, -1.0507 * 1.6733],
      // λ01 ≈ 1.0507 and α01 ≈ 1.6733: half of the last digit of both.
      rtol: 1e-4,
      source: "Klambauer et al. 2017, equation 14",
    },
    {
      title: "selu to double precision",
      build: () => selu(constant([1, -Infinity, -1, 0])),
      expected: [1.0507009873554805, -1.7580993408473768, -1.1113307378125628, 0],
      rtol: ROUNDINGS,
      source: "λ and α that keep mean 0 and variance 1, solved to 30 digits (mpmath 1.3)",
    },
    {
      title: "derivative of selu, λα at 0",
      build: () => derivativeAt(selu, [-1e4, 0, 1e4]),
      expected: [0, 1.7580993408473768, 1.0507009873554805],
      rtol: ROUNDINGS,
    },
    {
      title: "gelu(1) = Φ(1) and gelu(-1) = Φ(1) - 1",
      build: () => gelu(constant([1, -1])),
      expected: [0.841344746068543, -0.158655253931457],
      // The table has 15 decimals: half of the last one, relative to the smaller value.
      rtol: 4e-15,
      source: "Abramowitz & Stegun 1964, table 26.1",
    },
    {
      title: "gelu in the tails",
      build: () => gelu(constant([0, 1e4, -1e4, Infinity, NaN])),
      expected: [0, 1e4, -0, Infinity, NaN],
    },
    {
      title: "derivative of gelu: Φ(x) + x φ(x)",
      build: () => derivativeAt(gelu, [-1e4, 0, 1, 1e4]),
      expected: [0, 0.5, 1.0833154705876863, 1],
      rtol: ROUNDINGS,
    },
    {
      title: "gelu, tanh form",
      build: () => geluTanh(constant([1, -1, 2])),
      expected: [0.8411919906082767, -0.1588080093917233, 1.954597694087775],
      // 1 + tanh(-0.86) cancels to a third of its terms.
      rtol: 5 * ROUNDINGS,
      source: "Hendrycks & Gimpel 2016, section 2, computed to 30 digits (mpmath 1.3)",
    },
    {
      title: "gelu, tanh form, in the tails",
      build: () => geluTanh(constant([0, 1e4, -1e4, Infinity, NaN])),
      expected: [0, 1e4, -0, Infinity, NaN],
    },
    {
      title: "derivative of gelu, tanh form",
      build: () => derivativeAt(geluTanh, [-1e4, 0, 1, 1e4]),
      expected: [0, 0.5, 1.0829640838457826, 1],
      rtol: ROUNDINGS,
    },
    {
      title: "silu",
      build: () => silu(constant([0, 1, -1, 1e4, -1e4, Infinity, NaN])),
      expected: [0, 0.7310585786300049, -0.2689414213699951, 1e4, -0, Infinity, NaN],
      rtol: ROUNDINGS,
    },
    {
      title: "the smallest value of silu",
      build: () => silu(constant(-1.28)),
      expected: [-0.28],
      // Both numbers are published with two digits.
      rtol: 0.02,
      source: "Elfwing et al. 2018: a minimum of about -0.28 at about -1.28",
    },
    {
      title: "derivative of silu",
      build: () => derivativeAt(silu, [-1e4, 0, 1e4]),
      expected: [0, 0.5, 1],
    },
    {
      title: "hardSigmoid",
      build: () => hardSigmoid(constant([-Infinity, -3, 0, 1.5, 3, Infinity, NaN])),
      expected: [0, 0, 0.5, 0.75, 1, 1, NaN],
    },
    {
      title: "derivative of hardSigmoid, 1/6 at both kinks",
      build: () => derivativeAt(hardSigmoid, [-1e4, -3, 0, 3, 1e4]),
      expected: [0, 1 / 6, 1 / 6, 1 / 6, 0],
    },
    {
      title: "softsign",
      build: () => softsign(constant([0, -0, -1, 3, 1e300, NaN])),
      expected: [0, -0, -0.5, 0.75, 1, NaN],
    },
    {
      title: "derivative of softsign: 1 / (1 + |x|)², 1 at 0",
      build: () => derivativeAt(softsign, [-3, 0, 1]),
      expected: [0.0625, 1, 0.25],
    },
  ],
  errors: [
    integersRefused("elu", elu, "expm1(x)", "x = i32[1]"),
    integersRefused("selu", selu, "expm1(x)", "x = i32[1]"),
    integersRefused("gelu, tanh form,", geluTanh, "pow(a, b)", "a = i32[1] and b = i32[1]"),
    integersRefused("silu", silu, "sigmoid(x)", "x = i32[1]"),
    integersRefused("hardSigmoid", hardSigmoid, "div(a, b)", "a = i32[1] and b = i32[1]"),
    integersRefused("softsign", softsign, "div(a, b)", "a = i32[1] and b = i32[1]"),
  ],
};
