/** All examples, in the order in which to learn from them. Each is loaded only when it is run. */
import type { Example } from "./example.js";

/** A place on the shelf. */
export interface Place {
  /** Also the name of its folder. */
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly example: Example }>;
}

/** The shelf. */
export const shelf: readonly Place[] = [
  {
    name: "linear-combination",
    summary: "a feedforward pass: linear combinations and activations, number by number",
    load: () => import("./linear-combination/main.js"),
  },
  {
    name: "activations",
    summary: "activation functions and their derivatives",
    load: () => import("./activations/main.js"),
  },
  {
    name: "chain-rule",
    summary: "partial derivatives and the chain rule, on every edge of a graph",
    load: () => import("./chain-rule/main.js"),
  },
  {
    name: "mazur",
    summary: "backpropagation step by step: every number of Mazur's page, and the trap in it",
    load: () => import("./mazur/main.js"),
  },
  {
    name: "anotsorandomwalk",
    summary: "backpropagation step by step with matrices, and biases that units share",
    load: () => import("./anotsorandomwalk/main.js"),
  },
  {
    name: "losses",
    summary: "what being wrong costs: squared errors, cross-entropy, hinges",
    load: () => import("./losses/main.js"),
  },
  {
    name: "learning-rate",
    summary: "what a loss looks like at learning rates too low, right and too high",
    load: () => import("./learning-rate/main.js"),
  },
  {
    name: "bold-driver",
    summary: "a learning rate that sets itself",
    load: () => import("./bold-driver/main.js"),
  },
  {
    name: "mini-batches",
    summary: "weights updated once every N examples: noise and speed as N grows",
    load: () => import("./mini-batches/main.js"),
  },
  {
    name: "memory",
    summary: "a feedforward and a recurrent network on the same sequences: what memory buys",
    load: () => import("./memory/main.js"),
  },
  {
    name: "folded-unfolded",
    summary: "one definition of a network, drawn and run folded and unfolded",
    load: () => import("./folded-unfolded/main.js"),
  },
  {
    name: "bptt",
    summary: "backpropagation through time: one weight, a part of its gradient from every step",
    load: () => import("./bptt/main.js"),
  },
  {
    name: "vanishing-gradient",
    summary: "gradients that vanish and explode: Hochreiter's factor, Bengio's latch, Pascanu's wall",
    load: () => import("./vanishing-gradient/main.js"),
  },
  {
    name: "elman-xor",
    summary: "Elman's network of 1990 learns exclusive or in time",
    load: () => import("./elman-xor/main.js"),
  },
  {
    name: "elman-letters",
    summary: "Elman's network reads ba, dii, guuu: what can be known of the next letter",
    load: () => import("./elman-letters/main.js"),
  },
  {
    name: "elman-words",
    summary: "Elman's network finds where words begin, by its own errors",
    load: () => import("./elman-words/main.js"),
  },
  {
    name: "elman-sentences",
    summary: "Elman's network reads sentences, and sorts words into kinds by itself",
    load: () => import("./elman-sentences/main.js"),
  },
  {
    name: "gradient-flow",
    summary: "why Elman's network forgets and long short-term memory does not",
    load: () => import("./gradient-flow/main.js"),
  },
  {
    name: "tdnn",
    summary: "a time-delay network tells b, d and g apart, whoever says them",
    load: () => import("./tdnn/main.js"),
  },
  {
    name: "moving-digits",
    summary: "video: what moves and where to, by a network that sees whole clips and one that sees single frames",
    load: () => import("./moving-digits/main.js"),
  },
  {
    name: "walking-cat",
    summary: "video: the next frame of Muybridge's cat, against copying the last one",
    load: () => import("./walking-cat/main.js"),
  },
  {
    name: "forecast",
    summary: "carbon dioxide and the weather of tomorrow, against what last year says",
    load: () => import("./forecast/main.js"),
  },
  {
    name: "names",
    summary: "from which language a surname comes, letter by letter",
    load: () => import("./names/main.js"),
  },
  {
    name: "character-model",
    summary: "a network learns to write like a novel, character by character, against models that count",
    load: () => import("./character-model/main.js"),
  },
  {
    name: "byte-pairs",
    summary: "the same novel in characters and in byte pairs: what a token is decides how far it sees",
    load: () => import("./byte-pairs/main.js"),
  },
  {
    name: "phonemes",
    summary: "how English is said, from how it is spelled: an encoder, a decoder and attention",
    load: () => import("./phonemes/main.js"),
  },
  {
    name: "sketch-rnn",
    summary: "a network learns to draw characters stroke by stroke: from nothing, from a code, on from a beginning",
    load: () => import("./sketch-rnn/main.js"),
  },
];
