/** The equations of all cells in plain numbers: one step of one sequence, as the papers write it. */
import type { NdArray } from "@unfold/rnn";
import type { Sizes, Values } from "./freed-cell.js";

export type Vector = readonly number[];

/** One step: from what is read to what is yielded, and what the delays keep. */
export type PlainStep = (
  x: Vector,
  last: (name: string) => Vector,
  parameter: (key: string) => Weight,
  t: number,
) => { readonly outputs: Readonly<Record<string, Vector>>; readonly next: Readonly<Record<string, Vector>> };

/** A parameter as rows. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Vector;
}

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const plus = (...terms: readonly Vector[]): number[] =>
  terms[0]!.map((_, i) => terms.reduce((sum, v) => sum + v[i]!, 0));
const times = (a: Vector, b: Vector): number[] => a.map((x, i) => x * b[i]!);
const part = (v: Vector, k: number, size: number): Vector => v.slice(k * size, (k + 1) * size);
/** x W. */
const product = (x: Vector, { data, shape: [rows, columns] }: Weight): number[] =>
  Array.from({ length: columns! }, (_, j) =>
    Array.from({ length: rows! }, (__, i) => x[i]! * data[i * columns! + j]!).reduce((sum, term) => sum + term, 0),
  );
const normalized = (v: Vector, gain: Vector, bias?: Vector): number[] => {
  const mean = v.reduce((sum, x) => sum + x, 0) / v.length;
  const variance = v.reduce((sum, x) => sum + (x - mean) ** 2, 0) / v.length;
  return v.map((x, i) => (gain[i]! * (x - mean)) / Math.sqrt(variance + 1e-5) + (bias?.[i] ?? 0));
};
const affine: (x: Vector, h: Vector, p: (key: string) => Weight) => number[] = (x, h, p) =>
  plus(product(x, p("inputWeight")), product(h, p("recurrentWeight")), p("bias").data);

/** c and h from the four gates side by side. */
function lstm(gates: Vector, lastC: Vector, read: (c: Vector) => Vector = (c) => c): { h: number[]; c: number[] } {
  const [i, f, g, o] = [0, 1, 2, 3].map((k) => part(gates, k, lastC.length)) as [Vector, Vector, Vector, Vector];
  const c = lastC.map((last, j) => sigma(f[j]!) * last + sigma(i[j]!) * Math.tanh(g[j]!));
  return { c, h: read(c).map((x, j) => sigma(o[j]!) * Math.tanh(x)) };
}

const both = <O extends Readonly<Record<string, Vector>>>(values: O) => ({ outputs: values, next: values });

export const plainSteps: Readonly<Record<string, PlainStep>> = {
  elman: (x, last, p) => both({ h: affine(x, last("h"), p).map(Math.tanh) }),
  irnn: (x, last, p) => both({ h: affine(x, last("h"), p).map((net) => Math.max(net, 0)) }),
  jordan: (x, last, p) => {
    const h = affine(x, last("y"), p).map(Math.tanh);
    const y = plus(product(h, p("outputWeight")), p("outputBias").data).map(sigma);
    return { outputs: { h, y }, next: { y } };
  },
  lstm: (x, last, p) => both(lstm(affine(x, last("h"), p), last("c"))),
  peepholeLstm: (x, last, p) => {
    const [h, c] = [last("h"), last("c")];
    const H = c.length;
    const net = affine(x, h, p);
    const see = p("peepholes").data;
    const gate = (k: number, hole: number, cell: Vector): number[] =>
      plus(part(net, k, H), times(part(see, hole, H), cell)).map(sigma);
    const next = plus(times(gate(1, 1, c), c), times(gate(0, 0, c), part(net, 2, H).map(Math.tanh)));
    return both({ h: times(gate(3, 2, next), next.map(Math.tanh)), c: next });
  },
  coupledLstm: (x, last, p) => {
    const c = last("c");
    const net = affine(x, last("h"), p);
    const [i, g, o] = [0, 1, 2].map((k) => part(net, k, c.length)) as [Vector, Vector, Vector];
    const next = c.map((before, j) => (1 - sigma(i[j]!)) * before + sigma(i[j]!) * Math.tanh(g[j]!));
    return both({ h: next.map((cell, j) => sigma(o[j]!) * Math.tanh(cell)), c: next });
  },
  layerNormLstm: (x, last, p) => {
    const fromInput = normalized(product(x, p("inputWeight")), p("inputGain").data);
    const fromLast = normalized(product(last("h"), p("recurrentWeight")), p("recurrentGain").data);
    const read = (c: Vector): Vector => normalized(c, p("cellGain").data, p("cellBias").data);
    return both(lstm(plus(fromInput, fromLast, p("bias").data), last("c"), read));
  },
  projectedLstm: (x, last, p) => {
    const { h, c } = lstm(affine(x, last("h"), p), last("c"));
    return both({ h: product(h, p("projectionWeight")), c });
  },
  multiplicativeLstm: (x, last, p) => {
    const m = times(product(x, p("inputFactor")), product(last("h"), p("recurrentFactor")));
    return both(lstm(affine(x, m, p), last("c")));
  },
  gru: (x, last, p) => {
    const h = last("h");
    const H = h.length;
    const fromInput = plus(product(x, p("inputWeight")), p("inputBias").data);
    const fromLast = plus(product(h, p("recurrentWeight")), p("recurrentBias").data);
    const gate = (k: number): number[] => plus(part(fromInput, k, H), part(fromLast, k, H)).map(sigma);
    const [r, z] = [gate(0), gate(1)];
    const n = plus(part(fromInput, 2, H), times(r, part(fromLast, 2, H))).map(Math.tanh);
    return both({ h: h.map((before, j) => (1 - z[j]!) * n[j]! + z[j]! * before) });
  },
  minimalGatedUnit: (x, last, p) => {
    const h = last("h");
    const H = h.length;
    const net = plus(product(x, p("inputWeight")), p("bias").data);
    const f = plus(part(net, 0, H), part(product(h, p("recurrentWeight")), 0, H)).map(sigma);
    const n = plus(part(net, 1, H), part(product(times(f, h), p("recurrentWeight")), 1, H)).map(Math.tanh);
    return both({ h: h.map((before, j) => (1 - f[j]!) * before + f[j]! * n[j]!) });
  },
  // Two modules, of periods 1 and 3.
  clockwork: (x, last, p, t) => {
    const h = last("h");
    const half = h.length / 2;
    const net = plus(product(x, p("inputWeight")), p("bias").data);
    const { data } = p("recurrentWeight");
    return both({
      h: h.map((before, i) => {
        const isSlow = i >= half;
        if (isSlow && t % 3 !== 0) return before;
        const read = h.map((from, j) => (isSlow && j < half ? 0 : from * data[j * h.length + i]!));
        return Math.tanh(net[i]! + read.reduce((sum, term) => sum + term, 0));
      }),
    });
  },
  // Two inputs and three outputs are read.
  narx: (x, last, p) => {
    const read = [...x, ...last("x[-1]")];
    const said = [...last("y[-1]"), ...last("y[-2]"), ...last("y[-3]")];
    const net = plus(product(read, p("inputWeight")), product(said, p("recurrentWeight")), p("bias").data);
    const h = net.map(Math.tanh);
    const y = plus(product(h, p("outputWeight")), p("outputBias").data);
    const next = { "x[-1]": x, "y[-1]": y, "y[-2]": last("y[-1]"), "y[-3]": last("y[-2]") };
    return { outputs: { h, y }, next };
  },
  hyperLstm: (x, last, p) => {
    const [h, c] = [last("h"), last("c")];
    const of = (prefix: string) => (key: string) => p(`${prefix}/${key}`);
    const small = lstm(affine([...x, ...h], last("hyperH"), of("hyper")), last("hyperC"));
    const H = c.length;
    const scale = (prefix: string, hasOffset: boolean): number[] => {
      const [embed, spread] = [of(prefix)("embed"), of(prefix)("spread")];
      const N = spread.shape[1]!;
      const z = product(small.h, embed).map((value, i) => value + (hasOffset ? of(prefix)("offset").data[i]! : 0));
      return [0, 1, 2, 3].flatMap((k) => product(part(z, k, N), { shape: [N, H], data: part(spread.data, k, N * H) }));
    };
    const net = plus(
      times(scale("input", true), product(x, p("inputWeight"))),
      times(scale("recurrent", true), product(h, p("recurrentWeight"))),
      scale("bias", false),
      p("bias").data,
    );
    const norm = (name: string, v: Vector): number[] => normalized(v, of(name)("weight").data, of(name)("bias").data);
    const gates = ["input", "forget", "candidate", "output"].flatMap((gate, k) => {
      const gateNormalized = norm(`${gate}Norm`, part(net, k, H));
      return gate === "forget" ? gateNormalized.map((value) => value + 1) : gateNormalized;
    });
    const next = lstm(gates, c, (cell) => norm("cellNorm", cell));
    return { outputs: next, next: { ...next, hyperH: small.h, hyperC: small.c } };
  },
  convLstm: (x, last, p) => {
    const [h, c] = [last("h"), last("c")];
    const D = c.length / 6;
    const places = [0, 1, 2, 3, 4, 5].map((place) => {
      const [row, column] = [Math.floor(place / 3), place % 3];
      const net = plus(
        convolved(x, p("inputKernel"), row, column),
        convolved(h, p("recurrentKernel"), row, column),
        p("bias").data,
      );
      const see = part(p("peepholes").data, place, 3 * D);
      const before = part(c, place, D);
      const gate = (k: number, hole: number, cell: Vector): number[] =>
        plus(part(net, k, D), times(part(see, hole, D), cell)).map(sigma);
      const next = plus(times(gate(1, 1, before), before), times(gate(0, 0, before), part(net, 2, D).map(Math.tanh)));
      return { h: times(gate(3, 2, next), next.map(Math.tanh)), c: next };
    });
    return both({ h: places.flatMap((place) => place.h), c: places.flatMap((place) => place.c) });
  },
  linearRecurrence: (x, last, p) => {
    const [a, b] = [last("re"), last("im")];
    const [inRe, inIm] = [product(x, p("inputRe")), product(x, p("inputIm"))];
    const of = (key: string, j: number): number => p(key).data[j]!;
    const turned = a.map((re, j): readonly [number, number] => {
      const size = Math.exp(-Math.exp(of("decay", j)));
      const angle = Math.exp(of("phase", j));
      const [cos, sin, gain] = [size * Math.cos(angle), size * Math.sin(angle), Math.exp(of("gain", j))];
      return [cos * re - sin * b[j]! + gain * inRe[j]!, cos * b[j]! + sin * re + gain * inIm[j]!];
    });
    const [re, im] = [turned.map(([first]) => first), turned.map(([, second]) => second)];
    const y = plus(
      product(re, p("outputRe")),
      product(im, p("outputIm")).map((value) => -value),
      product(x, p("direct")),
    );
    return { outputs: { y, re, im }, next: { re, im } };
  },
};

/** x * K with zeros around, at one place: over channels of an image of 2 rows and 3 columns, for all output channels. */
function convolved(x: Vector, { shape, data }: Weight, row: number, column: number): number[] {
  const [size, , channels, width] = shape as [number, number, number, number];
  const reach = (size - 1) / 2;
  return Array.from({ length: width }, (_, j) => {
    let total = 0;
    for (let k = 0; k < size; k++)
      for (let l = 0; l < size; l++)
        for (let c = 0; c < channels; c++) {
          const [r, s] = [row + k - reach, column + l - reach];
          const isInside = r >= 0 && r < 2 && s >= 0 && s < 3;
          if (isInside) total += x[(r * 3 + s) * channels + c]! * data[((k * size + l) * channels + c) * width + j]!;
        }
    return total;
  });
}

/** All steps of all sequences, elements in the order of a cell's outputs. */
export function plainRun(step: PlainStep, values: Values, { steps, batch }: Sizes): Record<string, number[]> {
  const x = values["x"]!;
  const width = x.data.length / (steps * batch);
  const weights = new Map(Object.entries(values).map(([key, { shape, data }]) => [key, { shape, data: [...data] }]));
  const outputs: Record<string, number[]> = {};
  const states = Array.from({ length: batch }, (_, b) => {
    const own = Object.entries(values).flatMap(([key, value]) =>
      key.startsWith("initial/") ? [[key.slice("initial/".length), rowOf(value, b, batch)] as const] : [],
    );
    return new Map<string, Vector>(own);
  });
  for (let t = 0; t < steps; t++) {
    for (const [b, state] of states.entries()) {
      const read = [...x.data.subarray((t * batch + b) * width, (t * batch + b + 1) * width)];
      const yielded = step(
        read,
        (name) => state.get(name)!,
        (key) => weights.get(key)!,
        t,
      );
      for (const [name, vector] of Object.entries(yielded.outputs)) (outputs[name] ??= []).push(...vector);
      for (const [name, vector] of Object.entries(yielded.next)) state.set(name, vector);
    }
  }
  return outputs;
}

function rowOf({ data }: NdArray, b: number, batch: number): number[] {
  const width = data.length / batch;
  return Array.from({ length: width }, (_, i) => data[b * width + i]!);
}
