/** Reads a formula of numbers as it is printed: the usual precedence, and nothing else known about it. */
import { callFunction } from "./value-of-formula.js";

const TOKEN = /\s*(\d+(?:\.\d+)?(?:·10\^-?\d+)?|∞|\p{L}\w*|[-+·/^(),])/uy;

/** The value of a text such as `-(1 - 0.5) · 0.3^2`. */
export function readText(text: string): number {
  const tokens = tokensOf(text);
  let next = 0;
  const value = sum();
  if (next < tokens.length) throw new Error(`${text}: ${tokens.slice(next).join(" ")} is left`);
  return value;

  function sum(): number {
    let total = accept("-") ? -product() : product();
    for (;;) {
      if (accept("+")) total += product();
      else if (accept("-")) total -= product();
      else return total;
    }
  }

  function product(): number {
    let total = power();
    for (;;) {
      if (accept("·")) total *= power();
      else if (accept("/")) total /= power();
      else return total;
    }
  }

  function power(): number {
    const base = atom();
    return accept("^") ? base ** atom() : base;
  }

  function atom(): number {
    const token = tokens[next++];
    if (token === "(") {
      const [value = NaN] = listOf();
      return value;
    }
    if (token === "∞") return Infinity;
    if (token !== undefined && /^\p{L}/u.test(token)) {
      expectToken("(");
      return callFunction(token, listOf());
    }
    return Number(token?.replace("·10^", "e"));
  }

  function listOf(): number[] {
    const values = [sum()];
    while (accept(",")) values.push(sum());
    expectToken(")");
    return values;
  }

  function accept(token: string): boolean {
    if (tokens[next] !== token) return false;
    next++;
    return true;
  }

  function expectToken(token: string): void {
    if (!accept(token)) throw new Error(`${text}: ${token} instead of ${tokens[next] ?? "the end"}`);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`${text}: "${text.slice(at)}" is no formula`);
    tokens.push(found[1]!);
  }
  return tokens;
}
