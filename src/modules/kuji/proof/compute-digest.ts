import { concatBytes, type Bytes } from './encode-bytes.ts';

/** SHA-256 of the message, or HMAC-SHA-256 when there is a key. */
export type DigestRequest = { readonly key: Bytes | null; readonly message: Bytes };

/**
 * A formula of `kuji/1` that asks for its digests instead of computing them. The draw needs them synchronously inside
 * a database transaction, a browser has only asynchronous ones; so each formula stands once and
 * `computeWithNode` or `computeWithWebCrypto` answers its questions.
 */
export type Computation<T> = Generator<DigestRequest, T, Bytes>;

export function* sha256(...parts: Bytes[]): Computation<Bytes> {
  return yield { key: null, message: concatBytes(parts) };
}

export function* hmacSha256(key: Bytes, ...parts: Bytes[]): Computation<Bytes> {
  return yield { key, message: concatBytes(parts) };
}
