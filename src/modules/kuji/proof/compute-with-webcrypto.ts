import type { Computation } from './compute-digest.ts';
import type { Bytes } from './encode-bytes.ts';
import { Misfit } from './read-fields.ts';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** Runs a formula with the WebCrypto of Node or of a browser. */
export async function computeWithWebCrypto<T>(computation: Computation<T>): Promise<T> {
  const subtle = subtleCrypto();
  // A deck takes thousands of MACs under one key; importing it each time would double the work.
  const imported = new WeakMap<Bytes, CryptoKey>();
  const importKey = async (key: Bytes): Promise<CryptoKey> => {
    const known = imported.get(key);
    if (known !== undefined) return known;
    const fresh = await subtle.importKey('raw', key, HMAC, false, ['sign']);
    imported.set(key, fresh);
    return fresh;
  };

  let turn = computation.next();
  while (turn.done !== true) {
    const { key, message } = turn.value;
    const digest =
      key === null
        ? await subtle.digest('SHA-256', message)
        : await subtle.sign('HMAC', await importKey(key), message);
    turn = computation.next(new Uint8Array(digest));
  }
  return turn.value;
}

/** Browsers hide `subtle` from pages that came over plain http, whatever the type says. */
function subtleCrypto(): SubtleCrypto {
  if (!('subtle' in globalThis.crypto)) {
    throw new Misfit(
      'This browser offers no cryptography here. Open the page over https or from a saved file.',
    );
  }
  return globalThis.crypto.subtle;
}
