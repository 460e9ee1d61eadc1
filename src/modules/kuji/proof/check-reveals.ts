import type { Manifest } from './hash-manifest.ts';
import type { LoggedEntry } from './read-audit.ts';
import { Misfit, quote } from './read-fields.ts';

/**
 * Compares the revealed prizes with the deck; while that is secret, with the quantities of the manifest.
 *
 * @param deck Prize code of number t at index t-1, or null while the seed is not published.
 * @returns How many numbers were revealed.
 * @throws Misfit
 */
export function checkReveals(
  manifest: Manifest,
  log: readonly LoggedEntry[],
  deck: readonly string[] | null,
): number {
  const left = new Map(manifest.prizes.map(({ code, quantity }) => [code, quantity]));
  let revealed = 0;
  for (const { place, entry } of log) {
    if (entry.type !== 'reveal' || entry.prizeCode === manifest.lastOne) continue;
    const { number, prizeCode } = entry;
    const where = `Entry ${String(place)} (reveal)`;
    const remaining = left.get(prizeCode);
    if (remaining === undefined) {
      throw new Misfit(`${where}: the box has no prize ${quote(prizeCode)}.`);
    }
    if (remaining === 0) {
      throw new Misfit(`${where}: more prizes ${quote(prizeCode)} than the box held.`);
    }
    if (deck !== null && deck[number - 1] !== prizeCode) {
      throw new Misfit(
        `${where}: number ${String(number)} held ${quote(deck[number - 1] ?? '')}, not ${quote(prizeCode)}.`,
      );
    }
    left.set(prizeCode, remaining - 1);
    revealed += 1;
  }
  return revealed;
}
