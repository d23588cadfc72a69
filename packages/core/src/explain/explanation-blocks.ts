/** What an explanation says, in order: headings, sentences and equations; how it looks is left to the writers. */
import { numberOf } from "./build-formula.js";
import type { ChainContribution, ComputedValue, ExplainedDerivative, Explanation, GivenValue } from "./explanation.js";
import type { ElementName, Formula } from "./formula.js";

/** One side of an equation: a formula with the names of its numbers, or with the numbers themselves. */
export interface Side {
  readonly formula: Formula;
  readonly shows: "names" | "values";
}

/** Sides with = between them. */
export interface Equation {
  readonly kind: "equation";
  /** What the equation is about, in front of it. */
  readonly about?: { readonly words: string; readonly formula?: Formula };
  readonly sides: readonly Side[];
}

/** A part of the explanation. */
export type Block =
  | Equation
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly words: string; readonly formula?: Formula }
  | { readonly kind: "sentence"; readonly words: string };

const ROLES = { input: "Inputs", param: "Parameters", state: "States", constant: "Constants" } as const;

/** Everything an explanation says. */
export function explanationBlocks({ loss, given, computed, derivatives }: Explanation): Block[] {
  return [
    { kind: "heading", level: 1, words: "Step by step:", formula: loss },
    ...conventions([...given, ...computed].map(({ symbol }) => symbol.name)),
    { kind: "heading", level: 2, words: "Forward" },
    ...Object.entries(ROLES).flatMap(([role, words]) => givenBlocks(given, role, words)),
    { kind: "heading", level: 3, words: "Computed" },
    ...computed.map(forward),
    { kind: "heading", level: 2, words: "Backward" },
    ...derivatives.flatMap(backward),
  ];
}

/** What a reader must know about names. */
function conventions(names: readonly ElementName[]): Block[] {
  const vector = names.find(({ shape }) => shape.some((extent) => extent > 1));
  const copied = names.find(({ copy }) => copy !== undefined);
  const sentences = [
    ...(vector === undefined
      ? []
      : [`Elements are counted from 1: ${vector.label} has ${vector.shape.join(" × ")} of them.`]),
    ...(copied === undefined
      ? []
      : [
          `There are several ${copied.label}, as in the steps of a recurrence: numbers in parentheses count them from 1.`,
        ]),
  ];
  return sentences.map((words) => ({ kind: "sentence", words }));
}

function givenBlocks(given: readonly GivenValue[], role: string, words: string): Block[] {
  const ofRole = given.filter((value) => value.role === role);
  if (ofRole.length === 0) return [];
  return [
    { kind: "heading", level: 3, words },
    ...ofRole.map(({ symbol }): Block => ({ kind: "equation", sides: [names(symbol), values(symbol)] })),
  ];
}

function forward({ symbol, definition }: ComputedValue): Block {
  return { kind: "equation", sides: [names(symbol), names(definition), values(definition), values(symbol)] };
}

function backward(derivative: ExplainedDerivative): Block[] {
  const { symbol, isAsked, contributions } = derivative;
  const inFull = isAsked ? contributions.filter(({ chain }) => chain.length > 2) : [];
  return [
    { kind: "heading", level: 3, words: isAsked ? "Asked for:" : "", formula: symbol },
    ...contributions.filter((one) => !isDirect(one)).map(localDerivative),
    ...(contributions.length > 1 ? contributions.map(share) : []),
    total(derivative),
    ...inFull.map((one) => fullChain(one, contributions.length > 1 ? [] : [names(symbol)])),
  ];
}

/** Whether nothing lies between a number and the loss. */
function isDirect({ chain }: ChainContribution): boolean {
  return chain.length === 1;
}

function localDerivative({ local, formula }: ChainContribution): Equation {
  return { kind: "equation", sides: [names(local), names(formula), values(formula), values(local)] };
}

/** What one of several contributions is. */
function share(contribution: ChainContribution): Equation {
  const term = termOf(contribution);
  return {
    kind: "equation",
    ...about(contribution),
    sides: [names(term), values(term), values(numberOf(contribution.value))],
  };
}

function about({ local, chain }: ChainContribution, words = "through"): Pick<Equation, "about"> {
  if (chain.length === 1) return { about: { words: "directly" } };
  return { about: { words, formula: { kind: "symbol", name: local.of, value: NaN } } };
}

/** The contribution as a product, or, if nothing lies in between, as its formula. */
function termOf(contribution: ChainContribution): Formula {
  const { outer, local, formula } = contribution;
  return isDirect(contribution) ? formula : { kind: "product", factors: [outer, local] };
}

function total({ symbol, contributions }: ExplainedDerivative): Equation {
  const [only] = contributions;
  if (only === undefined) return { kind: "equation", sides: [names(symbol), values(symbol)] };
  const terms = contributions.map(termOf);
  const numbers = contributions.map(({ value }) => numberOf(value));
  const sides =
    contributions.length === 1
      ? [names(terms[0]!), values(terms[0]!)]
      : [names({ kind: "sum", terms }), values({ kind: "sum", terms: numbers })];
  return { kind: "equation", sides: [names(symbol), ...sides, values(symbol)] };
}

/** The product of all local derivatives on the way. */
function fullChain(contribution: ChainContribution, start: readonly Side[]): Equation {
  const product: Formula = { kind: "product", factors: contribution.chain };
  return {
    kind: "equation",
    ...(start.length === 0 && about(contribution, "in full through")),
    sides: [...start, names(product), values(product), values(numberOf(contribution.value))],
  };
}

function names(formula: Formula): Side {
  return { formula, shows: "names" };
}

function values(formula: Formula): Side {
  return { formula, shows: "values" };
}
