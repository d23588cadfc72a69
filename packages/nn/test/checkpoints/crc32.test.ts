/** The checksum, against a published value and another implementation of it. */
import fc from "fast-check";
import { crc32 as checksumOfZlib } from "node:zlib";
import { expect, test } from "vitest";
import { crc32 } from "../../src/checkpoints/crc32.js";

test("the digits 1 to 9 have the check value of the catalogues", () => {
  // Cook, "Catalogue of parametrised CRC algorithms", CRC-32/ISO-HDLC.
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("bytes in one piece and in two have zlib's checksum", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 100 }), (bytes, cut) => {
      const wanted = checksumOfZlib(bytes);
      expect(crc32(bytes)).toBe(wanted);
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(wanted);
    }),
  );
});
