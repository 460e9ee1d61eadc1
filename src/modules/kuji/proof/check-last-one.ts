import { awardLastOne, type LastOneCandidate } from './award-last-one.ts';
import type { LogEntry } from './chain-log.ts';
import type { Manifest } from './hash-manifest.ts';
import type { LoggedEntry } from './read-audit.ts';
import { Misfit } from './read-fields.ts';

type Candidate = LastOneCandidate & { readonly number: number };
type Award = { readonly number: number; readonly revealed: boolean };

/**
 * Checks who got the Last One prize: awarded when the box sells out, to the ticket that left the board last;
 * taken back when a refund reopens the box before it was revealed.
 *
 * @param log A history that passed `checkHistory`.
 * @returns The award that stands at the end, or null.
 * @throws Misfit
 */
export function checkLastOne(manifest: Manifest, log: readonly LoggedEntry[]): Award | null {
  const sold = new Map<number, Candidate>();
  let free = manifest.tickets;
  let award: Award | null = null;
  const due = (): boolean => manifest.lastOne !== '' && free === 0 && award === null;

  for (const { place, entry } of log) {
    const where = `Entry ${String(place)} (${entry.type})`;
    // Only a refund that reopens the box may come before the award.
    if (due() && entry.type !== 'last_one' && !(entry.type === 'void' && entry.returned)) {
      throw new Misfit(`${where}: the box was sold out and its Last One not awarded.`);
    }
    switch (entry.type) {
      case 'draw':
        sold.set(entry.number, entry);
        free -= 1;
        break;
      case 'void':
        sold.delete(entry.number);
        if (!entry.returned) break;
        free += 1;
        if (award?.revealed !== true) award = null;
        break;
      case 'last_one':
        if (!due()) throw new Misfit(`${where}: no Last One was due.`);
        award = { number: rightful(entry.number, sold, where), revealed: false };
        break;
      default:
        award = reveal(award, entry, manifest, where);
    }
  }
  if (due()) throw new Misfit('The box is sold out and its Last One not awarded.');
  return award;
}

function rightful(number: number, sold: ReadonlyMap<number, Candidate>, where: string): number {
  const winner = awardLastOne(sold.values());
  if (winner?.number !== number) {
    const whose = winner === null ? 'nobody' : `number ${String(winner.number)}`;
    throw new Misfit(
      `${where}: the Last One belongs to ${whose}, not to number ${String(number)}.`,
    );
  }
  return number;
}

function reveal(
  award: Award | null,
  entry: LogEntry,
  { lastOne }: Manifest,
  where: string,
): Award | null {
  if (entry.type !== 'reveal' || lastOne === '' || entry.prizeCode !== lastOne) return award;
  if (award?.number !== entry.number) {
    throw new Misfit(`${where}: number ${String(entry.number)} does not hold the Last One.`);
  }
  if (award.revealed) throw new Misfit(`${where}: the Last One was already revealed.`);
  return { ...award, revealed: true };
}
