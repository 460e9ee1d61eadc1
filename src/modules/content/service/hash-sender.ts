import { networkOf } from '../../../http/network-of.ts';
import { hmacSha256 } from '../../../kernel/hash.ts';

/**
 * Names a sender without keeping his address: a keyed hash, because the few addresses there are could all be tried
 * against a bare one.
 */
export function hashSender(pepper: string, address: string): string {
  return hmacSha256(pepper, `contact sender v1 ${networkOf(address)}`).toString('hex');
}
