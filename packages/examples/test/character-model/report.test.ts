/** The report of a run. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { splitCorpus } from "../../src/character-model/corpus.js";
import { characterNetwork } from "../../src/character-model/network.js";
import { writeReport } from "../../src/character-model/report/report.js";
import { escapeHtml } from "@unfold/report";

describe("escapeHtml", () => {
  test("leaves nothing that could begin or end a tag, an entity or an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"]|&(?!(amp|lt|gt|quot);)/);
      }),
    );
  });

  test("can be undone", () => {
    const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
    const unit = fc.constantFrom("&", "<", ">", '"', "a", "amp;", "lt;");
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(escapeHtml(text).replaceAll(/&(\w+);/g, (_, name: string) => characters[name]!)).toBe(text);
      }),
    );
  });
});

describe("the report", () => {
  const sample = 'Call me </pre><script src="https://example.org/x.js"></script> & so on';
  const title = "A <Novel> & more";
  let html = "";
  beforeAll(async () => {
    html = await writeReport({
      corpus: splitCorpus(title, "abcabc".repeat(20)),
      settings: { seed: 1, units: 6, length: 9, batch: 5, learningRate: 0.25 },
      history: {
        step: 25,
        losses: Array.from({ length: 25 }, (_, i) => 4 - i / 25),
        heldOut: [{ step: 20, bits: 3.5 }],
      },
      baselines: { unigram: 4.4266, bigram: 3.4648 },
      result: {
        heldOutBitsPerCharacter: 2.6434,
        unigramBitsPerCharacter: 4.4266,
        bigramBitsPerCharacter: 3.4648,
        seconds: 70.25,
        charactersPerSecond: 8850.4,
        backend: "interpreter f32",
      },
      sample,
      network: characterNetwork({ characters: 3, units: 6, seed: 1 }),
    });
  });

  test("holds three pictures: the loss, the folded and the unfolded graph", () => {
    const pictures = html.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(pictures).toHaveLength(3);
    const [chart, folded, unfolded] = pictures;
    for (const text of ["update", "bits per character", "unigram 4.43", "bigram 3.46", "held-out 2.64"])
      expect(chart).toContain(text);
    expect(folded).toContain("z⁻¹");
    expect(unfolded).not.toContain("z⁻¹");
    for (const column of ["t = 0", "t = 1", "t = 2"]) expect(unfolded).toContain(column);
  });

  test("shows text as text", () => {
    expect(html).toContain(`<pre>${escapeHtml(sample)}</pre>`);
    expect(html).toContain("A &lt;Novel&gt; &amp; more");
    expect(html).not.toContain("<script");
  });

  test("shows the figures of the run", () => {
    for (const figure of [
      "6 hidden units",
      "5 sequences of 9 characters",
      "learning rate 0.25",
      "70.3 s",
      "8850 characters/s",
    ])
      expect(html).toContain(figure);
    for (const bits of ["2.643", "4.427", "3.465"]) expect(html).toContain(`${bits} bits per character`);
  });

  test("fetches nothing: addresses stand in names of namespaces and in text only", () => {
    const markup = html
      .replace(/<pre>[\s\S]*<\/pre>/, "")
      .replaceAll(/ xmlns(:\w+)?="http:\/\/www\.w3\.org\/[^"]*"/g, "");
    expect(markup).not.toMatch(/\w+:\/\/|\/\/\w/);
    expect(markup).not.toMatch(
      /<(link|script|img|image|iframe|object|embed|use|base)\b|@import|\bsrc=|url\((?!['"]?#)/i,
    );
    expect(markup).not.toMatch(/\bhref="(?!#)/);
  });
});
