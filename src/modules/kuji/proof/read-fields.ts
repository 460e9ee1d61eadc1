/**
 * Narrow readers for files from strangers. Written by hand, because the verifier runs in a browser without packages.
 */

/** Something does not fit; the message is a sentence for the person who verifies. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

export type Fields = Readonly<Record<string, unknown>>;

const HEX_32 = /^[0-9a-f]{64}$/;

export function readFields(value: unknown, what: string): Fields {
  if (!isFields(value)) throw new Misfit(`${what} is not an object.`);
  return value;
}

export function readList(fields: Fields, key: string, what: string, max: number): unknown[] {
  const value: unknown = fields[key];
  if (!Array.isArray(value)) throw new Misfit(`${what}: "${key}" is not a list.`);
  if (value.length > max) {
    throw new Misfit(
      `${what}: "${key}" has ${String(value.length)} items, more than ${String(max)}.`,
    );
  }
  return value;
}

/** Refuses keys that no hash would cover: they could show a reader what was never promised. */
export function refuseOtherKeys(fields: Fields, known: readonly string[], what: string): void {
  const other = Object.keys(fields).find((key) => !known.includes(key));
  if (other !== undefined) throw new Misfit(`${what} has an unknown key ${quote(other)}.`);
}

export function readText(fields: Fields, key: string, what: string, max: number): string {
  const value = fields[key];
  if (typeof value !== 'string') throw new Misfit(`${what}: "${key}" is not a text.`);
  if (value.length > max) throw new Misfit(`${what}: "${key}" is too long.`);
  // Half a surrogate pair has no UTF-8 bytes; encoders replace it, and two texts would share a hash.
  if (!value.isWellFormed()) throw new Misfit(`${what}: "${key}" is not valid Unicode.`);
  return value;
}

/** A text that is not empty. */
export function readName(fields: Fields, key: string, what: string, max: number): string {
  const value = readText(fields, key, what, max);
  if (value === '') throw new Misfit(`${what}: "${key}" is empty.`);
  return value;
}

export function readInteger(
  fields: Fields,
  key: string,
  what: string,
  min: number,
  max: number,
): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new Misfit(
      `${what}: "${key}" is not a whole number from ${String(min)} to ${String(max)}.`,
    );
  }
  return value;
}

export function readBoolean(fields: Fields, key: string, what: string): boolean {
  const value = fields[key];
  if (typeof value !== 'boolean') throw new Misfit(`${what}: "${key}" is not true or false.`);
  return value;
}

/** A hash, salt or seed: 64 lower-case hex digits. */
export function readHex(fields: Fields, key: string, what: string): string {
  return asHex(fields[key], `${what}: "${key}"`);
}

/** As `readHex`; a missing or null field is null. */
export function readOptionalHex(fields: Fields, key: string, what: string): string | null {
  return fields[key] === undefined || fields[key] === null ? null : readHex(fields, key, what);
}

export function asHex(value: unknown, what: string): string {
  if (typeof value !== 'string' || !HEX_32.test(value)) {
    throw new Misfit(`${what} is not 64 lower-case hex digits.`);
  }
  return value;
}

/** A foreign text for a sentence: quoted, escaped and short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
