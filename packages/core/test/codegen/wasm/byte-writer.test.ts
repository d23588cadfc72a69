/** Numbers as WebAssembly modules hold them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteWriter } from "../../../src/codegen/wasm/byte-writer.js";

function written(write: (out: ByteWriter) => void): number[] {
  const out = new ByteWriter();
  write(out);
  expect(out.length).toBe(out.result().length);
  return [...out.result()];
}

/** LEB128 read back; the sign is in the last byte's second highest bit. */
function decode(bytes: readonly number[], isSigned: boolean): bigint {
  let value = 0n;
  bytes.forEach((byte, i) => {
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    expect(byte >= 0x80, "all bytes but the last go on").toBe(i < bytes.length - 1);
  });
  const isNegative = isSigned && (bytes.at(-1)! & 0x40) !== 0;
  return isNegative ? value - (1n << BigInt(7 * bytes.length)) : value;
}

test("known numbers", () => {
  expect(
    written((out) => {
      out.unsigned(624485);
    }),
  ).toEqual([0xe5, 0x8e, 0x26]);
  expect(
    written((out) => {
      out.signed(-123456);
    }),
  ).toEqual([0xc0, 0xbb, 0x78]);
  expect(
    written((out) => {
      out.signed(63);
    }),
  ).toEqual([0x3f]);
  expect(
    written((out) => {
      out.signed(64);
    }),
  ).toEqual([0xc0, 0x00]);
  expect(
    written((out) => {
      out.signed(-64);
    }),
  ).toEqual([0x40]);
  expect(
    written((out) => {
      out.f32(1);
    }),
  ).toEqual([0, 0, 0x80, 0x3f]);
  expect(
    written((out) => {
      out.f64(-0);
    }),
  ).toEqual([0, 0, 0, 0, 0, 0, 0, 0x80]);
  expect(
    written((out) => {
      out.text("ab");
    }),
  ).toEqual([2, 97, 98]);
});

test("whole numbers are read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      expect(
        decode(
          written((out) => {
            out.unsigned(value);
          }),
          false,
        ),
      ).toBe(BigInt(value));
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
      const bytes = written((out) => {
        out.signed(value);
      });
      expect(decode(bytes, true)).toBe(BigInt(value));
      expect(bytes.length).toBeLessThanOrEqual(5);
    }),
  );
});

test("parts of any length are kept, with their length in front", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 1000 }), { maxLength: 5 }), (parts) => {
      const expected: number[] = [];
      const got = written((out) => {
        for (const bytes of parts) {
          const part = new ByteWriter();
          for (const byte of bytes) part.byte(byte);
          part.bytes(bytes);
          out.sized(part);
          expected.push(
            ...written((length) => {
              length.unsigned(2 * bytes.length);
            }),
            ...bytes,
            ...bytes,
          );
        }
      });
      expect(got).toEqual(expected);
    }),
  );
});
