/** Trains a network on clips, and asks it about others. */
import {
  adam,
  add,
  argmax,
  createRuntime,
  crossEntropy,
  input,
  oneCycle,
  type FloatNode,
  type IntNode,
} from "@unfold/rnn";
import { FRAMES, SIZE, type Clips } from "./clips.js";
import type { VideoNetwork } from "./network.js";

/** Clips of an update. */
const BATCH = 20;
/** The highest learning rate of the cycle. */
const PEAK = 0.008;

/** Numbers of digits and directions, `[T, B]`. */
export type Said = Pick<Clips, "digit" | "direction">;

/** A number for each question. */
export type PerTask = Readonly<Record<keyof Said, number>>;

/** How to train, and what to ask about. */
export interface ClipTraining {
  /** Draws clips to train on. */
  readonly next: (count: number) => Clips;
  readonly updates: number;
  readonly onUpdate: (losses: PerTask) => void;
  /** Clips to ask about, and how many they are. */
  readonly test: Clips;
  readonly count: number;
}

/** What a network says of the test clips after each frame, once it is trained. */
export async function trainAndAsk(network: VideoNetwork, training: ClipTraining): Promise<Said> {
  const { next, updates, onUpdate, test, count } = training;
  const runtime = await createRuntime();
  const inputs = inputsOf(BATCH);
  const { digit, direction } = network(inputs.frames);
  const losses = { digit: crossEntropy(digit, inputs.digit), direction: crossEntropy(direction, inputs.direction) };
  const optimizer = adam({ learningRate: oneCycle({ peak: PEAK, steps: updates }) });
  const step = await runtime.compile({
    inputs,
    outputs: losses,
    updates: optimizer.minimize(add(losses.digit, losses.direction), { clipGlobalNorm: 1 }),
  });
  for (let i = 0; i < updates; i++) {
    const found = step.run({ ...next(BATCH) });
    onUpdate({ digit: found.digit.item(), direction: found.direction.item() });
  }
  const { frames } = inputsOf(count);
  const answers = network(frames);
  const said = { digit: argmax(answers.digit), direction: argmax(answers.direction) };
  const asked = (await runtime.compile({ inputs: { frames }, outputs: said })).run({ frames: test.frames });
  return { digit: Int32Array.from(asked.digit.data), direction: Int32Array.from(asked.direction.data) };
}

function inputsOf(clips: number): { frames: FloatNode; digit: IntNode; direction: IntNode } {
  return {
    frames: input("frames", [FRAMES, clips, SIZE, SIZE, 1]),
    digit: input("digit", [FRAMES, clips], "i32"),
    direction: input("direction", [FRAMES, clips], "i32"),
  };
}
