/** Tokens and their numbers: characters, words, or what a tokenizer makes. */
import { checkIterable, checkKeys, ValueError } from "@unfold/core";
import { checkSettings, COUNT } from "../settings/check-setting.js";

/** Which tokens are known. */
export interface VocabularyOptions {
  /** Tokens that are rarer are unknown, ≥ 1. Default 1. */
  readonly minimumCount?: number;
  /** The most tokens, the most frequent ones, the unknown one included, ≥ 1. All unless given. */
  readonly maximumSize?: number;
  /** The token that stands for all unknown ones; it gets number 0. Unknown tokens are errors unless given. */
  readonly unknown?: string;
}

/**
 * Tokens in a fixed order; the position is the number.
 *
 * @example
 * const vocabulary = new Vocabulary(["?", "ship", "whale"], "?");
 * vocabulary.encode(["whale", "sea"]); // → [2, 0]
 */
export class Vocabulary {
  /** By number. */
  readonly tokens: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #unknown: number | undefined;

  /**
   * @param tokens - each once, in the order of their numbers
   * @param unknown - the one of them that stands for all others, if there is one
   * @throws ValueError VOCABULARY if a token comes twice, or the unknown one is none of them.
   */
  constructor(tokens: Iterable<string>, unknown?: string) {
    this.tokens = [...tokens];
    this.#numbers = new Map(this.tokens.map((token, number) => [token, number]));
    this.#unknown = unknown === undefined ? undefined : this.#numbers.get(unknown);
    if (this.#numbers.size < this.tokens.length) throw problem("tokens must be different ones", "one of them twice");
    if (unknown !== undefined && this.#unknown === undefined)
      throw problem("the unknown token must be one of the tokens", JSON.stringify(unknown));
  }

  /**
   * The distinct tokens of some text, in the order of their character codes.
   *
   * @param tokens - a text, whose characters are its tokens; or a list, such as `words(text)`
   * @throws ValueError SETTING_RANGE if an option is outside its range.
   * @example
   * Vocabulary.of("banana").tokens; // → ["a", "b", "n"]
   */
  static of(tokens: Iterable<string>, options: VocabularyOptions = {}): Vocabulary {
    checkIterable("Vocabulary.of(tokens, options)", "tokens must be a text or a list of texts", tokens);
    checkKeys("Vocabulary.of(tokens, options)", "options", options, {
      minimumCount: true,
      maximumSize: true,
      unknown: true,
    });
    const { minimumCount = 1, maximumSize = Number.MAX_SAFE_INTEGER, unknown } = options;
    checkSettings("Vocabulary.of(tokens, options)", {
      minimumCount: [minimumCount, COUNT],
      maximumSize: [maximumSize, COUNT],
    });
    const counts = new Map<string, number>();
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    if (unknown !== undefined) counts.delete(unknown);
    const known = [...counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    const kept = known.slice(0, maximumSize - (unknown === undefined ? 0 : 1)).map(([token]) => token);
    kept.sort();
    return new Vocabulary(unknown === undefined ? kept : [unknown, ...kept], unknown);
  }

  /** V. */
  get size(): number {
    return this.tokens.length;
  }

  has(token: string): boolean {
    return this.#numbers.has(token);
  }

  /**
   * The number of every token.
   *
   * @param tokens - a text, whose characters are its tokens; or a list
   * @throws ValueError TOKEN_UNKNOWN, naming the tokens that are not in the vocabulary, if none stands for them.
   */
  encode(tokens: Iterable<string>): Int32Array {
    checkIterable("vocabulary.encode(tokens)", "tokens must be a text or a list of texts", tokens);
    const list = Array.from(tokens);
    if (this.#unknown === undefined) this.#checkKnown(list);
    return Int32Array.from(list, (token) => this.#numbers.get(token) ?? this.#unknown ?? 0);
  }

  /**
   * The tokens of some numbers.
   *
   * @throws ValueError TOKEN_NUMBER if a number is that of no token.
   * @example
   * const letters = Vocabulary.of("banana");
   * letters.decode(letters.encode("nab")).join(""); // → "nab"
   */
  decode(numbers: Iterable<number>): string[] {
    return Array.from(numbers, (number) => {
      const token = this.tokens[number];
      if (token !== undefined) return token;
      const rule = `numbers must be whole and in [0, ${this.size})`;
      throw new ValueError({ code: "TOKEN_NUMBER", where: "vocabulary.decode(numbers)", rule, got: String(number) });
    });
  }

  #checkKnown(tokens: readonly string[]): void {
    const unknown = [...new Set(tokens)].filter((token) => !this.has(token));
    if (unknown.length === 0) return;
    const shown = unknown.slice(0, SHOWN).map((token) => JSON.stringify(token));
    throw new ValueError({
      code: "TOKEN_UNKNOWN",
      where: "vocabulary.encode(tokens)",
      rule: "every token must be one of the vocabulary",
      got: shown.join(", ") + (unknown.length > SHOWN ? ` and ${unknown.length - SHOWN} more` : ""),
      fix: 'Make it with a token for unknown ones: Vocabulary.of(tokens, { unknown: "?" })',
      details: { unknown },
    });
  }
}

/** Unknown tokens that an error names. */
const SHOWN = 8;

/**
 * The words of a text, numbers and single signs included, white space left out.
 *
 * @example
 * words("Call me Ishmael."); // → ["Call", "me", "Ishmael", "."]
 */
export function words(text: string): string[] {
  return text.match(/\p{L}[\p{L}\p{M}'’-]*|\p{N}+|[^\s]/gu) ?? [];
}

function problem(rule: string, got: string): ValueError {
  return new ValueError({ code: "VOCABULARY", where: "new Vocabulary(tokens, unknown)", rule, got });
}
