import { extendLog, startLog } from './chain-log.ts';
import type { Computation } from './compute-digest.ts';
import { fromHex, toHex, type Bytes } from './encode-bytes.ts';
import type { LoggedEntry } from './read-audit.ts';
import { Misfit } from './read-fields.ts';

/**
 * Follows the hash chain from the sealed box to the last entry.
 *
 * @returns The final head.
 * @throws Misfit that names the first entry that was changed, moved or left out.
 */
export function* checkHeads(
  manifestHash: Bytes,
  root: string,
  log: readonly LoggedEntry[],
): Computation<Bytes> {
  let head = yield* startLog(manifestHash, fromHex(root));
  for (const { place, entry, hash } of log) {
    head = yield* extendLog(head, entry);
    if (toHex(head) !== hash) {
      throw new Misfit(
        `Entry ${String(place)} (${entry.type}) does not continue the chain: its hash should be ${toHex(head)}.`,
      );
    }
  }
  return head;
}
