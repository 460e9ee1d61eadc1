/**
 * Bytes of `kuji/1`. Every file that the verifier uses runs unchanged in Node and in a browser: no `node:` import,
 * no Buffer, no package. The `ArrayBuffer` in the type is what WebCrypto insists on.
 */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** Four bytes, big-endian. Throws on what does not fit, because a silent wrap would give two numbers one hash. */
export function u32(value: number): Bytes {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new RangeError(`${String(value)} does not fit into 4 bytes`);
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function concatBytes(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Text behind its length: without it "ab" + "c" and "a" + "bc" would hash alike. */
export function lengthPrefixed(text: string): Bytes {
  const bytes = utf8(text);
  return concatBytes([u32(bytes.length), bytes]);
}

export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** Lower-case hex only: one value must have one spelling, since hashes are compared as text. */
export function fromHex(hex: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/.test(hex)) throw new RangeError('not lower-case hex of whole bytes');
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}
