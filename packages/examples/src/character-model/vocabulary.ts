/** The characters a model knows, each with its number. */
import { ValueError } from "@unfold/rnn";

/** Characters in a fixed order; the position is the number. */
export class Vocabulary {
  readonly characters: string;
  readonly #list: readonly string[];
  readonly #codes: ReadonlyMap<string, number>;

  /** @param characters - each once, in the order of their numbers */
  constructor(characters: string) {
    this.characters = characters;
    this.#list = Array.from(characters);
    this.#codes = new Map(this.#list.map((character, code) => [character, code]));
  }

  /** The distinct characters of a text, in the order of their character codes. */
  static of(text: string): Vocabulary {
    return new Vocabulary([...new Set(text)].sort().join(""));
  }

  /** V. */
  get size(): number {
    return this.#codes.size;
  }

  has(character: string): boolean {
    return this.#codes.has(character);
  }

  /**
   * The number of every character of a text.
   *
   * @throws ValueError CHARACTER_UNKNOWN, naming the characters that are not in the vocabulary.
   */
  encode(text: string): Int32Array {
    const characters = Array.from(text);
    const unknown = [...new Set(characters)].filter((character) => !this.has(character));
    if (unknown.length > 0) {
      throw new ValueError({
        code: "CHARACTER_UNKNOWN",
        where: "text",
        rule: "every character must be one of the model's vocabulary",
        got: unknown.map((character) => JSON.stringify(character)).join(", "),
        fix: `It knows ${JSON.stringify(this.characters)}`,
        details: { unknown },
      });
    }
    return Int32Array.from(characters, (character) => this.#codes.get(character) ?? 0);
  }

  /** The text of some numbers. */
  decode(codes: Iterable<number>): string {
    return Array.from(codes, (code) => this.#list[code] ?? "").join("");
  }
}
