/** Stored values of leaves: every bit comes back. */
import { createRuntime, FormatError, param, state, type Node, type Runtime } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLeaves, writeLeaves } from "../../src/character-model/leaf-values.js";

async function runtimeWith(leaves: Readonly<Record<string, Node>>): Promise<Runtime> {
  const runtime = await createRuntime();
  await runtime.compile({ outputs: leaves });
  return runtime;
}

const bitsOf = ({ data }: { readonly data: ArrayBufferView }): number[] => [
  ...new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4),
];

/** Any 32 bits: numbers, both zeros, subnormal numbers, infinities and every NaN. */
const anyBits = fc.oneof(
  fc.nat({ max: 0xffff_ffff }),
  fc.constantFrom(0, 0x8000_0000, 1, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7f80_0001, 0xffff_ffff),
);

describe("leaf values", () => {
  test("come back bit by bit, in another process's runtime", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBits, { minLength: 6, maxLength: 6 }), async (bits) => {
        const leaves = () => [param("w", new Float32Array(6)), state("m", [[0], [0]])];
        const [first, second] = [leaves(), leaves()];
        const runtimes = await Promise.all([first, second].map(([w, m]) => runtimeWith({ w: w!, m: m! })));
        runtimes[0]!.write(first[0]!, new Float32Array(Uint32Array.from(bits).buffer));
        const stored = JSON.parse(JSON.stringify(readLeaves(runtimes[0]!, first))) as ReturnType<typeof readLeaves>;
        writeLeaves(runtimes[1]!, second, stored);
        expect(bitsOf(runtimes[1]!.read(second[0]!))).toEqual(bits);
        expect(bitsOf(runtimes[1]!.read(second[1]!))).toEqual([0, 0]);
      }),
    );
  });

  test("are stored by path, with their type, in little-endian base64", async () => {
    const w = param("w", [[1, -2]]);
    expect(readLeaves(await runtimeWith({ w }), [w])).toEqual({
      w: { type: "f32[1, 2]", data: Buffer.from("0000803f000000c0", "hex").toString("base64") },
    });
  });

  test("of another network are refused", async () => {
    const w = param("w", [1, 2]);
    const runtime = await runtimeWith({ w });
    const stored = { w: { type: "f32[3]", data: "" } };
    expect(() => {
      writeLeaves(runtime, [w], stored);
    }).toThrow(FormatError);
    expect(() => {
      writeLeaves(runtime, [w], stored);
    }).toThrow('the model must hold f32[2] for "w", got f32[3].');
    expect(() => {
      writeLeaves(runtime, [w], {});
    }).toThrow('the model must hold f32[2] for "w", got nothing.');
    expect([...runtime.read(w).data]).toEqual([1, 2]);
  });
});
