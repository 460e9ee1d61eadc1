import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { Random } from '../../../kernel/random.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The last key that was derived: there is one pepper, and deriving costs more than sealing. */
let derived: { pepper: string; key: KeyObject } | null = null;

/** A key of its own from the pepper: what one purpose gives away must not help with another. */
function deriveKey(pepper: string): KeyObject {
  if (derived?.pepper !== pepper) {
    const bytes = hkdfSync('sha256', pepper, '', 'outbox mail secret v1', 32);
    derived = { pepper, key: createSecretKey(new Uint8Array(bytes)) };
  }
  return derived.key;
}

/** Encrypts a mail's secret as nonce, tag, ciphertext. Bound to the mail: in another row it does not open. */
export function sealSecret(
  options: { pepper: string; random: Random; mailId: string },
  secret: string,
): Buffer {
  const nonce = options.random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, deriveKey(options.pepper), nonce);
  cipher.setAAD(Buffer.from(options.mailId));
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** The secret, or null if these bytes were not sealed for this mail with this pepper. */
export function openSecret(
  options: { pepper: string; mailId: string },
  sealed: Uint8Array,
): string | null {
  const bytes = Buffer.from(sealed);
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(
    CIPHER,
    deriveKey(options.pepper),
    bytes.subarray(0, NONCE_BYTES),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(Buffer.from(options.mailId));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
