import { v7 } from 'uuid';
import type { Random } from './random.ts';

/** A new UUIDv7: unique, and sortable by time of creation, so indexes grow at one end. */
export function newId(): string {
  return v7();
}

const PUBLIC_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `length` characters of `0-9A-Z`, each uniform. */
export function randomCode(random: Random, length: number): string {
  let code = '';
  for (let i = 0; i < length; i += 1) {
    code += PUBLIC_ALPHABET.charAt(random.int(PUBLIC_ALPHABET.length));
  }
  return code;
}
