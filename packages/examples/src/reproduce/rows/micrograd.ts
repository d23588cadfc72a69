/** The expression of micrograd's README and its derivatives. */
import { add, div, evaluateAll, gradient, mul, param, pow, relu, square, sub } from "@unfold/rnn";
import type { Row } from "../row.js";

const PUBLISHED = { g: 24.7041, da: 138.8338, db: 645.5773 };

/** Karpathy's micrograd. */
export const micrograd: Row = {
  name: "micrograd",
  published: "g = 24.7041, ∂g/∂a = 138.8338, ∂g/∂b = 645.5773",
  source: "Karpathy 2020, micrograd, README",
  run: () => {
    const found = evaluateAll(expression());
    const [g, da, db] = [found.g.item(), found.da.item(), found.db.item()];
    const digits = (value: number): string => value.toFixed(4);
    return {
      obtained: `g = ${digits(g)}, ∂g/∂a = ${digits(da)}, ∂g/∂b = ${digits(db)}`,
      holds:
        digits(g) === digits(PUBLISHED.g) && digits(da) === digits(PUBLISHED.da) && digits(db) === digits(PUBLISHED.db),
    };
  },
};

function expression() {
  const [a, b] = [param("a", -4), param("b", 2)];
  const c1 = add(add(a, b), add(add(a, b), 1));
  const c = add(c1, add(add(1, c1), sub(0, a)));
  const d1 = add(mul(a, b), pow(b, 3));
  const d2 = add(d1, add(mul(d1, 2), relu(add(b, a))));
  const d = add(d2, add(mul(3, d2), relu(sub(b, a))));
  const f = square(sub(c, d));
  const g = add(div(f, 2), div(10, f));
  const [da, db] = gradient(g, [a, b]);
  return { g, da, db };
}
