import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { App } from '../../../kernel/app.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SECRET_BYTES = 24;

/** A key of its own from the pepper: what one purpose gives away must not help with another. */
function deriveKey(app: Pick<App, 'config'>): Buffer {
  return Buffer.from(
    hkdfSync('sha256', app.config.orderTokenPepper, '', 'webhook endpoint secret v1', 32),
  );
}

/** A new secret in the form that Standard Webhooks libraries take. */
export function makeEndpointSecret(app: Pick<App, 'random'>): string {
  return `whsec_${app.random.bytes(SECRET_BYTES).toString('base64')}`;
}

/** Encrypted as nonce, tag, ciphertext, bound to its endpoint. Unlike a password it is needed again, to sign. */
export function sealEndpointSecret(
  app: Pick<App, 'config' | 'random'>,
  endpointId: string,
  secret: string,
): Buffer {
  const nonce = app.random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, deriveKey(app), nonce).setAAD(Buffer.from(endpointId));
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws Error if the pepper has changed since; the secret must then be rotated */
export function openEndpointSecret(
  app: Pick<App, 'config'>,
  endpointId: string,
  sealed: Uint8Array,
): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv(CIPHER, deriveKey(app), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(endpointId));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([opened, decipher.final()]).toString('utf8');
}
