import type { Computation } from './compute-digest.ts';
import { fromHex } from './encode-bytes.ts';
import { pickPosition } from './pick-number.ts';
import type { LoggedEntry } from './read-audit.ts';
import { Misfit } from './read-fields.ts';

/**
 * Recomputes the number of every draw from its entropy, its place in the sequence and the numbers then free.
 *
 * @param log A history that passed `checkHistory`.
 * @returns How many numbers were free before each draw; draw `seq` is at index seq-1.
 * @throws Misfit
 */
export function* checkDraws(tickets: number, log: readonly LoggedEntry[]): Computation<number[]> {
  const free = Array.from({ length: tickets }, (_, index) => index + 1);
  const freeCounts: number[] = [];
  for (const { place, entry } of log) {
    if (entry.type === 'void' && entry.returned) {
      free.splice(placeInAscending(free, entry.number), 0, entry.number);
    }
    if (entry.type !== 'draw') continue;
    if (free.length === 0) throw new Misfit(`Entry ${String(place)} (draw): nothing was free.`);
    freeCounts.push(free.length);
    const position = yield* pickPosition(fromHex(entry.entropy), entry.seq, free.length);
    const [number] = free.splice(position, 1);
    if (number !== entry.number) {
      throw new Misfit(
        `Entry ${String(place)} (draw): the payment gives number ${String(number)}, not ${String(entry.number)}.`,
      );
    }
  }
  return freeCounts;
}

/** Binary search: refunds of a long history would otherwise scan the whole box each. */
function placeInAscending(numbers: readonly number[], number: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
