import type { App } from '../../../kernel/app.ts';
import type { DrawnTicket } from '../queries/write-draws.ts';
import type { LogEntry } from '../proof/chain-log.ts';
import { computeWithNode } from '../proof/compute-with-node.ts';
import { deriveEntropy } from '../proof/derive-entropy.ts';
import { toHex } from '../proof/encode-bytes.ts';
import { formatTicketNumber } from '../proof/format-ticket-number.ts';
import { pickPosition } from '../proof/pick-number.ts';

export type DrawLine = { orderLineId: string; holdSeq: number; quantity: number };

export type PlannedDraws = { entropy: string; tickets: DrawnTicket[]; entries: LogEntry[] };

/** Picks numbers one after the other, each from what the ones before have left free. Changes nothing. */
export function planDraws(
  deps: Pick<App, 'newId'>,
  board: {
    set: { id: string; setCode: string; drawCount: number };
    /** Ascending. */
    free: readonly number[];
    lines: readonly DrawLine[];
    paymentIntentId: string;
  },
): PlannedDraws {
  const { set } = board;
  const entropyBytes = computeWithNode(deriveEntropy(set.id, board.paymentIntentId));
  const entropy = toHex(entropyBytes);
  const free = [...board.free];
  const tickets: DrawnTicket[] = [];
  const entries: LogEntry[] = [];
  for (const { orderLineId, holdSeq, quantity } of board.lines) {
    for (let unit = 0; unit < quantity; unit += 1) {
      const seq = set.drawCount + tickets.length + 1;
      const freeCount = free.length;
      const position = computeWithNode(pickPosition(entropyBytes, seq, freeCount));
      const [number] = free.splice(position, 1);
      if (number === undefined) throw new Error(`Set ${set.id} has no free number left.`);
      tickets.push({
        id: deps.newId(),
        number,
        ticketNumber: formatTicketNumber(set.setCode, number),
        orderLineId,
        seq,
        holdSeq,
        freeCount,
      });
      entries.push({ type: 'draw', seq, number, entropy, holdSeq });
    }
  }
  return { entropy, tickets, entries };
}
