/** Typographic characters folded to those of a typewriter, so that a model does not have to learn five kinds of dash. */

const REPLACEMENTS: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "‚": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
  "‐": "-",
  "–": "-",
  "—": "--",
  "―": "--",
  "−": "-",
  "⁄": "/",
  Æ: "AE",
  æ: "ae",
  Œ: "OE",
  œ: "oe",
  ß: "ss",
  Ø: "O",
  ø: "o",
  Ł: "L",
  ł: "l",
  Đ: "D",
  đ: "d",
  ı: "i",
};

/**
 * The text in ASCII: quotes, dashes, ligatures and letters with strokes replaced, accents removed, line ends as `\n`, tabs as spaces; what has
 * no counterpart is left out.
 *
 * @example
 * foldToAscii("“Café”—œuvre…"); // → "\"Cafe\"--oeuvre..."
 */
export function foldToAscii(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\t/g, " ")
    .normalize("NFKD")
    .replace(/[^\n -~]/gu, (character) => REPLACEMENTS[character] ?? "");
}
