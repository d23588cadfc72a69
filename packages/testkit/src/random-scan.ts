/** Random recurrences for fast-check: the step is a random graph whose inputs are sequences, delays or invariants. */
import {
  add,
  input,
  mean,
  scan,
  substitute,
  tanh,
  type Checkpoint,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describeGraph } from "./describe-graph.js";
import { drawValue } from "./draw.js";
import { booleans, integers, reals, type SampleInput } from "./op-case.js";
import { randomGraph, type RandomGraph } from "./random-graph.js";

/** A random scan with values for its inputs. */
export interface RandomScan {
  /** What every step yields and the last values of every delay: f32, at least one. */
  readonly results: readonly FloatNode[];
  readonly inputs: Readonly<Record<string, Node>>;
  /** Inputs of dtype f32: at least one. */
  readonly variables: readonly FloatNode[];
  readonly values: Readonly<Record<string, NdArray>>;
  /** T. */
  readonly steps: number;
  /** The same results of the same inputs, with checkpoints. */
  readonly checkpointed: (checkpoint: Checkpoint) => readonly FloatNode[];
}

/** How a random step is repeated. */
interface Setting {
  readonly graph: RandomGraph;
  readonly steps: number;
  readonly reverse: boolean;
  /** Per input of the step: -1 the same at every step, 0 a sequence, k > 0 a delay of k steps. */
  readonly roles: readonly number[];
  readonly seed: number;
}

/** What an input of the step is fed with, as often as its role says. */
function specOf({ dtype, shape }: Node, count: number | undefined): SampleInput {
  const whole = count === undefined ? shape : [count, ...shape];
  if (dtype === "bool") return booleans(whole);
  return dtype === "i32" ? integers(whole, 0, 2) : reals(whole);
}

function buildRandomScan({ graph, steps, reverse, roles, seed }: Setting): RandomScan {
  const leaves = Object.entries(graph.inputs).map(([name, leaf], i) => {
    const role = leaf.dtype === "f32" ? roles[i % roles.length]! : Math.min(0, roles[i % roles.length]!);
    const spec = specOf(leaf, role < 0 ? undefined : role === 0 ? steps : role);
    return { name, leaf, role, spec, outside: input(name, spec.shape, spec.dtype) };
  });
  const sequences = leaves.filter(({ role }) => role === 0);
  const delays = leaves.filter(({ role }) => role > 0);
  const resultsWith = (checkpoint?: Checkpoint): readonly FloatNode[] => {
    const { outputs, final } = scan({
      steps,
      reverse,
      ...(checkpoint !== undefined && { checkpoint }),
      sequences: Object.fromEntries(sequences.map(({ name, outside }) => [name, outside])),
      delays: Object.fromEntries(
        delays.map(({ name, outside, role }) => [name, { initial: outside as FloatNode, steps: role }]),
      ),
      step: (read) => {
        const inside = { ...read.sequences, ...read.delays };
        const [output] = substitute(
          [graph.output],
          new Map(leaves.map(({ name, leaf, outside }) => [leaf, inside[name] ?? outside])),
        );
        const next = delays.map(({ name, leaf }) => {
          const isFed = output.shape.join() === leaf.shape.join();
          // What is read again and again must not grow.
          return [
            name,
            isFed ? tanh(output as FloatNode) : tanh(add(inside[name] as FloatNode, mean(output as FloatNode))),
          ];
        });
        return {
          next: Object.fromEntries(next) as Record<string, FloatNode>,
          outputs: { output: output as FloatNode, ...read.delays },
        };
      },
    });
    return [...Object.values<Node>(outputs), ...Object.values<Node>(final)] as FloatNode[];
  };
  return {
    results: resultsWith(),
    checkpointed: resultsWith,
    steps,
    inputs: Object.fromEntries(leaves.map(({ name, outside }) => [name, outside])),
    variables: leaves.map(({ outside }) => outside as Node).filter((node): node is FloatNode => node.dtype === "f32"),
    values: Object.fromEntries(leaves.map(({ name, spec }) => [name, drawValue(spec, seed, name)])),
  };
}

/** Random scans of smooth functions, of so many steps at most; they shrink to fewer steps and simpler ones. */
export function randomScans(mostSteps: number): fc.Arbitrary<RandomScan> {
  return fc
    .record({
      graph: randomGraph,
      steps: fc.integer({ min: 1, max: mostSteps }),
      reverse: fc.boolean(),
      roles: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 5 }),
      seed: fc.nat({ max: 9 }),
    })
    .map((setting) => ({
      ...buildRandomScan(setting),
      [fc.toStringMethod]: () => {
        const { results, values } = buildRandomScan(setting);
        return describeGraph(Object.fromEntries(results.map((node, i) => [`r${i}`, node])), values);
      },
    }));
}

/** Random scans of up to four steps. */
export const randomScan: fc.Arbitrary<RandomScan> = randomScans(4);
