import type { App } from '../../../kernel/app.ts';
import { hmacSha256 } from '../../../kernel/hash.ts';

/** The form in which addresses are compared. */
export const normaliseAddress = (address: string): string => address.trim().toLowerCase();

/**
 * What is left of an address that was erased: enough to know it again, nothing to read. Keyed, because mail addresses are
 * few enough to be tried one by one.
 */
export function hashAddress(app: Pick<App, 'config'>, address: string): string {
  const data = `suppressed-address:${normaliseAddress(address)}`;
  return hmacSha256(app.config.orderTokenPepper, data).toString('hex');
}

/** Stands for the address of somebody who was erased; `.invalid` is nobody's, and no mail is written to it. */
export const isNobody = (address: string): boolean =>
  normaliseAddress(address).endsWith('@erased.invalid');
