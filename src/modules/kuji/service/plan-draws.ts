import type { App } from '../../../kernel/app.ts';
import type { DrawnTicket } from '../queries/write-draws.ts';
import type { LogEntry } from '../proof/chain-log.ts';
import { computeWithNode } from '../proof/compute-with-node.ts';
import { deriveEntropy } from '../proof/derive-entropy.ts';
import { toHex } from '../proof/encode-bytes.ts';
import { formatTicketNumber } from '../proof/format-ticket-number.ts';
import { pickPosition } from '../proof/pick-number.ts';

/** What one payment draws from a set. */
export type Draw = {
  orderId: string;
  paymentIntentId: string;
  lines: { orderLineId: string; holdSeq: number; quantity: number }[];
};

export type PlannedDraws = { tickets: DrawnTicket[]; entries: LogEntry[] };

/** Picks numbers one after the other, each from what the ones before have left free. Changes nothing. */
export function planDraws(
  deps: Pick<App, 'newId'>,
  board: {
    set: { id: string; setCode: string; drawCount: number };
    /** Ascending. */
    free: readonly number[];
    draws: readonly Draw[];
  },
): PlannedDraws {
  const { set } = board;
  const free = [...board.free];
  const tickets: DrawnTicket[] = [];
  const entries: LogEntry[] = [];
  for (const { orderId, paymentIntentId, lines } of board.draws) {
    const entropyBytes = computeWithNode(deriveEntropy(set.id, paymentIntentId));
    const entropy = toHex(entropyBytes);
    for (const { orderLineId, holdSeq, quantity } of lines) {
      for (let unit = 0; unit < quantity; unit += 1) {
        const seq = set.drawCount + tickets.length + 1;
        const freeCount = free.length;
        const position = computeWithNode(pickPosition(entropyBytes, seq, freeCount));
        const [number] = free.splice(position, 1);
        if (number === undefined) throw new Error(`Set ${set.id} has no free number left.`);
        const ticketNumber = formatTicketNumber(set.setCode, number);
        const ticket = { id: deps.newId(), number, ticketNumber, orderId, orderLineId };
        tickets.push({ ...ticket, entropy, seq, holdSeq, freeCount });
        entries.push({ type: 'draw', seq, number, entropy, holdSeq });
      }
    }
  }
  return { tickets, entries };
}
