/**
 * Andrej Karpathy, micrograd, README, "Example usage", 2020: an expression of two scalars in which every value is used
 * more than once, so that a gradient that overwrites instead of adding up is seen.
 */
import { add, div, evaluateAll, gradient, input, mul, neg, pow, relu, sub } from "@unfold/core";
import { expect, test } from "vitest";
import { expectPrinted } from "./printed.js";

const a = input("a", []);
const b = input("b", []);

// Line by line as in the README; `x += y` makes a new node.
const c1 = add(a, b);
const d1 = add(mul(a, b), pow(b, 3));
const c2 = add(c1, add(c1, 1));
const c3 = add(c2, add(add(1, c2), neg(a)));
const d2 = add(d1, add(mul(d1, 2), relu(add(b, a))));
const d3 = add(d2, add(mul(3, d2), relu(sub(b, a))));
const e = sub(c3, d3);
const f = pow(e, 2);
const g1 = div(f, 2);
const g = add(g1, div(10, f));

test("the value and both gradients of the README", () => {
  const [da, db] = gradient(g, [a, b]);
  const values = evaluateAll({ g, da, db }, { a: -4, b: 2 });
  expectPrinted([values.g.item(), values.da.item(), values.db.item()], ["24.7041", "138.8338", "645.5773"]);
  expect(values.g.item()).toBeGreaterThan(0);
});
