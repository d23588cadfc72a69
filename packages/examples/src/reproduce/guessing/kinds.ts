/** The problems that random weight guessing was tried on, as kinds of sequences. */
import type { Draw, Kind } from "./long-sequences.js";

/** Only the first element says which class; noise follows, and a network is told of the first element by two features. */
export function freeInputs(deviation: number): Kind {
  return {
    features: 3,
    targets: [-0.8, 0.8],
    sequence: (klass, length, { normal }) =>
      Array.from({ length }, (_, t) =>
        t > 0 ? [deviation * normal(), 0, 0] : [0, Number(klass === 0), Number(klass === 1)],
      ),
  };
}

/** Only the first element, -1 or 1, says which class; noise follows. */
export function firstElement(deviation: number, targets: Kind["targets"]): Kind {
  return {
    features: 1,
    targets,
    sequence: (klass, length, { normal }) =>
      Array.from({ length }, (_, t) => (t > 0 ? deviation * normal() : 2 * klass - 1)),
  };
}

/** Whether the number of 1s among bits -1 and 1 is odd. */
export const parity: Kind = {
  features: 1,
  targets: [0, 1],
  sequence: (klass, length, draw) => {
    const sequence = signs(randomBits(length, draw));
    return sequence.filter((bit) => bit === 1).length % 2 === klass ? sequence : undefined;
  },
};

/** Strings of a language, and random ones that are not of it. */
function language(isLegal: (string: string) => boolean, legal: (length: number, draw: Draw) => string): Kind {
  return {
    features: 1,
    targets: [0, 1],
    sequence: (klass, length, draw) => {
      const string = klass === 1 ? legal(length, draw) : randomBits(length, draw);
      return isLegal(string) === (klass === 1) ? signs(string) : undefined;
    },
  };
}

/** Tomita's grammars 1 (1*), 2 ((10)*) and 4 (no 000). @source Tomita 1982, "Dynamic construction of finite automata from examples using hill-climbing" */
export const tomita: Readonly<Record<1 | 2 | 4, Kind>> = {
  1: language(
    (string) => !string.includes("0"),
    (length) => "1".repeat(length),
  ),
  2: language(
    (string) => /^(10)*$/.test(string),
    (length) => "10".repeat(length >> 1),
  ),
  4: language(
    (string) => !string.includes("000"),
    (length, { uniform }) => {
      let string = "";
      while (string.length < length) string += string.endsWith("00") || uniform() < 0.5 ? "1" : "0";
      return string;
    },
  ),
};

function randomBits(length: number, { uniform }: Draw): string {
  return Array.from({ length }, () => (uniform() < 0.5 ? "0" : "1")).join("");
}

function signs(bits: string): number[] {
  return Array.from(bits, (bit) => (bit === "1" ? 1 : -1));
}
