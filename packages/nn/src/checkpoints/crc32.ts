/** The checksum of checkpoints. */

/** Bytes looked up at once. */
const SLICE = 8;

/** Remainders of a byte followed by 0 to 7 bytes of zeros, 256 of each. */
const TABLES = new Uint32Array(SLICE * 256);
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  TABLES[byte] = remainder;
}
for (let i = 256; i < TABLES.length; i++) TABLES[i] = (TABLES[i - 256]! >>> 8) ^ TABLES[TABLES[i - 256]! & 0xff]!;

/**
 * The CRC-32 of bytes, as Ethernet and zip files have it.
 *
 * @param before - the checksum of what comes before, 0 at the beginning
 * @source Peterson & Brown 1961, "Cyclic codes for error detection"; polynomial of IEEE 802.3; eight bytes at once: Kounavis & Berry 2005, "A systematic approach to building high performance, software-based, CRC generators"
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const T = TABLES;
  let remainder = ~before;
  let i = 0;
  for (; i + SLICE <= bytes.length; i += SLICE) {
    const low = remainder ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    remainder =
      T[0x700 + (low & 0xff)]! ^
      T[0x600 + ((low >>> 8) & 0xff)]! ^
      T[0x500 + ((low >>> 16) & 0xff)]! ^
      T[0x400 + (low >>> 24)]! ^
      T[0x300 + bytes[i + 4]!]! ^
      T[0x200 + bytes[i + 5]!]! ^
      T[0x100 + bytes[i + 6]!]! ^
      T[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) remainder = (remainder >>> 8) ^ T[(remainder ^ bytes[i]!) & 0xff]!;
  return ~remainder >>> 0;
}
