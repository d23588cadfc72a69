/** Products of which nothing is lost. */
import { add, mul, sub, type FloatNode } from "@unfold/core";

/** 2¹² + 1: divides the 24 bits of an f32 into two halves. */
const SPLITTER = 4097;

/**
 * a b as the unevaluated sum of two numbers: the product, rounded, and what rounding took away.
 *
 * @shapes a: f32[], b: f32[] -> f32[], f32[]
 * @source Dekker 1971, "A floating-point technique for extending the available precision", section 5
 */
export function exactProduct(a: FloatNode, b: FloatNode): readonly [FloatNode, FloatNode] {
  const product = mul(a, b);
  const [[a1, a2], [b1, b2]] = [halves(a), halves(b)];
  const rest = add(add(add(sub(mul(a1, b1), product), mul(a1, b2)), mul(a2, b1)), mul(a2, b2));
  return [product, rest];
}

function halves(x: FloatNode): readonly [FloatNode, FloatNode] {
  const scaled = mul(x, SPLITTER);
  const high = sub(scaled, sub(scaled, x));
  return [high, sub(x, high)];
}
