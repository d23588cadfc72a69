/**
 * Strings of the embedded Reber grammar: a T or P after the first symbol comes again before the last, with a string of Reber's
 * grammar in between.
 *
 * @source Reber 1967, "Implicit learning of artificial grammars"; embedded: Smith & Zipser 1989; as in Hochreiter & Schmidhuber 1997, figures 3 and 4
 */
import { uniformStream } from "@unfold/rnn";

/** All symbols; a symbol's number is its place. */
export const SYMBOLS = "BTPSXVE";
/** From each state of Reber's grammar, equally likely: a symbol and the next state. The last state ends. */
const REBER: readonly (readonly (readonly [symbol: string, next: number])[])[] = [
  [["B", 1]],
  [
    ["T", 2],
    ["P", 3],
  ],
  [
    ["S", 2],
    ["X", 4],
  ],
  [
    ["T", 3],
    ["V", 5],
  ],
  [
    ["X", 3],
    ["S", 6],
  ],
  [
    ["P", 4],
    ["V", 6],
  ],
  [["E", 7]],
];
const END = 7;

/** A string, and what may come after each of its symbols but the last. */
export interface ReberString {
  readonly symbols: string;
  readonly legal: readonly string[];
}

/** A source of strings of at most so many symbols; longer ones are drawn again. */
export function embeddedReber(seed: number, path: string, longest: number): () => ReberString {
  const uniform = uniformStream(seed, `embedded Reber grammar/${path}`);
  let drawn = 0;
  const choose = <T>(list: readonly T[]): T => list[Math.floor(list.length * uniform(drawn++))]!;
  const draw = (): ReberString => {
    const embedded = choose(["T", "P"]);
    const [symbols, legal] = [
      ["B", embedded],
      ["TP", "B"],
    ];
    for (let state = 0; state !== END;) {
      const [symbol, next] = choose(REBER[state]!);
      symbols.push(symbol);
      legal.push(next === END ? embedded : REBER[next]!.map(([later]) => later).join(""));
      state = next;
    }
    return { symbols: `${symbols.join("")}${embedded}E`, legal: [...legal, "E"] };
  };
  return () => {
    for (;;) {
      const string = draw();
      if (string.symbols.length <= longest) return string;
    }
  };
}

/** Whether every legal symbol has a higher score than every other. @param scores - of all symbols */
export function ranksLegalFirst(legal: string, scores: ArrayLike<number>): boolean {
  const of = (isLegal: boolean): number[] =>
    Array.from(scores).filter((_, symbol) => legal.includes(SYMBOLS[symbol]!) === isLegal);
  return Math.min(...of(true)) > Math.max(...of(false));
}
