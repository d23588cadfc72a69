/** The whole way: an encoder and a decoder that attends are trained, then write freely, step by step and with a beam. */
import {
  adam,
  additiveAttention,
  attendAfter,
  argmax,
  attendBefore,
  beamSearch,
  bidirectional,
  bridge,
  cast,
  constant,
  createRuntime,
  crossEntropy,
  dense,
  div,
  embedding,
  freeRunning,
  gather,
  gru,
  input,
  inverseSigmoidDecay,
  lengthMask,
  mul,
  padSequences,
  scan,
  scheduleAt,
  scheduledSampling,
  stepByStep,
  stopGradient,
  sum,
  trainingMode,
  uniformStream,
  type Attender,
  type FloatNode,
  type FoldedGraph,
  type HiddenCell,
  type Runtime,
} from "@unfold/rnn";
import { expect, test } from "vitest";

/** Tokens 1 to 4; 0 starts a sequence and ends it. */
const [V, LONGEST, B] = [5, 4, 16];
const END = 0;

const table = embedding({ name: "table", tokens: V, units: 8, seed: 1 });
const encoder = bidirectional({
  forward: gru({ name: "forward", inputs: 8, units: 12, seed: 2 }),
  backward: gru({ name: "backward", inputs: 8, units: 12, seed: 3 }),
});
const decoder = (inputs: number) => gru({ name: "decoder", inputs, units: 16, seed: 4 });
const start = bridge({ inputs: 24, cell: decoder(8), seed: 5 });
const attention = additiveAttention({ queries: 16, states: 24, units: 16, seed: 6 });
const layer = dense({ name: "attended", inputs: 24 + 16, units: 16, seed: 8, bias: false });
const [reading, asking] = [decoder(8 + 24), decoder(8 + 16)];
const ways = {
  "attends before its step": (attender) => attendBefore(reading, attender),
  "attends after its step": (attender) => attendAfter(asking, attender, { layer }),
} satisfies Readonly<Record<string, (attender: Attender) => HiddenCell>>;
type Way = keyof typeof ways;

const head = dense({ name: "head", inputs: 16, units: V, seed: 7 });
const logitsOf = ({ h }: { readonly h: FloatNode }): FloatNode => head.apply(h);
const likeliest = (yielded: { readonly h: FloatNode }): FloatNode => table.apply(argmax(logitsOf(yielded)));

/** The decoder of padded sequences, each of which is decoded as many times as there are beams. */
function foldDecoder(way: Way, beams = 1): FoldedGraph<{ readonly h: FloatNode }> {
  const { outputs, last } = encoder.scan(table.apply(source), {}, { lengths });
  const rows = Array.from({ length: B * beams }, (_, row) => Math.floor(row / beams));
  const [states, end] = [gather(outputs.h, constant(rows, "i32"), 1), gather(last.h, constant(rows, "i32"))];
  const padding = { lengths: gather(lengths, constant(rows, "i32")) };
  return ways[way](attention.over(states, padding)).fold(B * beams, start.apply(end));
}

const source = input("source", [LONGEST, B], "i32");
const lengths = input("lengths", [B], "i32");
const uniform = uniformStream(1, "sequences");
let drawn = 0;
const drawSequences = (): number[][] =>
  Array.from({ length: B }, () =>
    Array.from(
      { length: 1 + Math.floor(uniform(drawn++) * LONGEST) },
      () => 1 + Math.floor(uniform(drawn++) * (V - 1)),
    ),
  );
const turned = (sequences: readonly (readonly number[])[]): number[][] =>
  sequences.map((sequence) => [...sequence.toReversed(), END]);
const fedWith = (sequences: readonly number[][]) => {
  const padded = padSequences(sequences, { length: LONGEST, dtype: "i32" });
  return { source: padded.values, lengths: padded.lengths };
};

/** Trains with scheduled sampling; the steps that read what they wrote become more and more. */
async function train(runtime: Runtime, way: Way): Promise<void> {
  const mode = trainingMode(1);
  const [before, after] = [input("before", [LONGEST + 1, B], "i32"), input("after", [LONGEST + 1, B], "i32")];
  const [written, probability] = [input("written", [B], "i32"), input("probability", [])];
  const sampling = scheduledSampling(foldDecoder(way), {
    key: mode.key("decoder"),
    probability,
    feed: (yielded) => stopGradient(likeliest(yielded)),
  });
  const { outputs } = scan(sampling, LONGEST + 1, { x: table.apply(before) }, { lengths: written });
  const mask = cast(lengthMask(written, LONGEST + 1), "f32");
  const losses = mul(mask, crossEntropy(logitsOf(outputs), after, { reduction: "none" }));
  const loss = div(sum(losses), sum(mask));
  const step = await runtime.compile({
    inputs: { source, lengths, before, after, written, probability },
    outputs: { loss },
    updates: [...adam({ learningRate: 0.01 }).minimize(loss), ...mode.updates()],
  });
  const schedule = inverseSigmoidDecay({ span: 60 });
  for (let i = 0; i < 400; i++) {
    const sequences = drawSequences();
    const targets = turned(sequences);
    const read = targets.map((target) => [END, ...target.slice(0, -1)]);
    const padded = padSequences(targets, { length: LONGEST + 1, dtype: "i32" });
    step.run({
      ...fedWith(sequences),
      before: padSequences(read, { length: LONGEST + 1, dtype: "i32" }).values,
      after: padded.values,
      written: padded.lengths,
      probability: scheduleAt(schedule, i),
    });
  }
}

/** What was written until the end, of every sequence. */
function untilEnd(tokens: ArrayLike<number>): number[][] {
  return Array.from({ length: B }, (_, b) => {
    const row = Array.from({ length: LONGEST + 1 }, (__, t) => tokens[t * B + b]!);
    return row.slice(0, row.indexOf(END) + 1 || row.length);
  });
}

function countRight(found: readonly (readonly number[])[], sequences: readonly number[][]): number {
  const wanted = turned(sequences);
  return found.filter((tokens, b) => tokens.join() === wanted[b]!.join()).length;
}

test.each(Object.keys(ways) as Way[])(
  "trained with scheduled sampling, a decoder that %s turns sequences round: freely, step by step, with a beam",
  async (way) => {
    const runtime = await createRuntime();
    await train(runtime, way);
    const sequences = drawSequences();
    const fed = fedWith(sequences);

    const initial = table.apply(constant(new Array<number>(B).fill(END), "i32"));
    const free = freeRunning(foldDecoder(way), { feed: likeliest, initial });
    const { outputs } = scan(free, LONGEST + 1);
    const whole = await runtime.compile({
      inputs: { source, lengths },
      outputs: { tokens: argmax(logitsOf(outputs)) },
    });
    const written = [...whole.run(fed).tokens.data];
    // Most of them: a few hundred steps are enough for that, and for no more.
    expect(countRight(untilEnd(written), sequences)).toBeGreaterThanOrEqual(B - 2);

    const stepper = await stepByStep(runtime, { draw: (carry) => ({ tokens: argmax(logitsOf(carry(free))) }) });
    stepper.reset(fed);
    const steps = Array.from({ length: LONGEST + 1 }, () => [...stepper.run({}).tokens.data]);
    expect(steps.flat()).toEqual(written);

    const search = async (beams: number) =>
      beamSearch(runtime, {
        beams,
        batch: B,
        end: END,
        maxLength: LONGEST + 1,
        inputs: { source, lengths },
        path: `beam of ${beams}`,
        draw: (tokens, carry) => logitsOf(carry(foldDecoder(way, beams), { x: table.apply(tokens) })),
      });
    const prompt = [new Array<number>(B).fill(END)];
    const greedy = (await search(1)).run(prompt, fed);
    expect(greedy.map(([best]) => best!.tokens)).toEqual(untilEnd(written));
    const found = (await search(3)).run(prompt, fed);
    expect(
      countRight(
        found.map(([best]) => best!.tokens),
        sequences,
      ),
    ).toBeGreaterThanOrEqual(B - 2);
  },
);
