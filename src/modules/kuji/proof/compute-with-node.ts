import { createHash, createHmac } from 'node:crypto';
import type { Computation, DigestRequest } from './compute-digest.ts';
import type { Bytes } from './encode-bytes.ts';

/** Runs a formula at once, without giving up the thread: for use inside a transaction. */
export function computeWithNode<T>(computation: Computation<T>): T {
  let turn = computation.next();
  while (turn.done !== true) turn = computation.next(digest(turn.value));
  return turn.value;
}

function digest({ key, message }: DigestRequest): Bytes {
  const hash = key === null ? createHash('sha256') : createHmac('sha256', key);
  // Copied, because a Buffer may be a window on Node's shared pool.
  return new Uint8Array(hash.update(message).digest());
}
