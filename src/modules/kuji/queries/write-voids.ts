import { and, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { kujiSets, kujiTickets } from '../../../db/schema/kuji.ts';
import type { KujiSet } from './lock-sets.ts';

export type VoidedTicket = {
  id: string;
  setId: string;
  number: number;
  /** Its prize was seen, so its number never goes back into the box. */
  isOpened: boolean;
};

/** The boxes that these tickets are of. */
export function loadBoxesOfTickets(
  tx: Tx,
  ticketIds: readonly string[],
): Promise<{ setId: string; productId: string }[]> {
  return tx
    .selectDistinct({ setId: kujiSets.id, productId: kujiSets.productId })
    .from(kujiTickets)
    .innerJoin(kujiSets, eq(kujiSets.id, kujiTickets.setId))
    .where(inArray(kujiTickets.id, [...ticketIds]));
}

/**
 * Takes numbered tickets back, in the order of their draws; those that were taken back before are left out. The caller has
 * locked their sets, so no ticket can be opened between the look at it and the end of the transaction.
 */
export async function markVoided(
  tx: Tx,
  request: { ticketIds: readonly string[]; reason: string; now: Date },
): Promise<VoidedTicket[]> {
  const voided = await tx
    .update(kujiTickets)
    .set({ voidedAt: request.now, voidReason: request.reason })
    .where(
      and(
        inArray(kujiTickets.id, [...request.ticketIds]),
        eq(kujiTickets.kind, 'number'),
        isNull(kujiTickets.voidedAt),
      ),
    )
    .returning({
      id: kujiTickets.id,
      setId: kujiTickets.setId,
      number: kujiTickets.number,
      seq: kujiTickets.seq,
      revealedAt: kujiTickets.revealedAt,
    });
  return voided
    .sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
    .map(({ id, setId, number, revealedAt }) => ({
      id,
      setId,
      number,
      isOpened: revealedAt !== null,
    }));
}

/** Puts the numbers of voided tickets back on the board, or off it for ever. */
export async function moveNumbers(
  tx: Tx,
  setId: string,
  tickets: readonly VoidedTicket[],
): Promise<void> {
  const { rowCount } = await tx.execute(sql`
    UPDATE popbox.kuji_numbers n SET state = CASE WHEN v.is_opened THEN 'burned' ELSE 'free' END
    FROM unnest(
      ${sql.param(tickets.map((ticket) => ticket.number))}::int[],
      ${sql.param(tickets.map((ticket) => ticket.isOpened))}::boolean[]
    ) AS v(number, is_opened)
    WHERE n.set_id = ${setId}::uuid AND n.number = v.number AND n.state = 'drawn'`);
  if (rowCount !== tickets.length) {
    throw new Error(`A ticket of set ${setId} was voided whose number was not sold.`);
  }
}

/** The awarded Last One of a set, as long as nobody has opened it. */
export async function loadClosedLastOne(
  tx: Tx,
  setId: string,
): Promise<{ id: string; number: number; orderId: string } | null> {
  const [ticket] = await tx
    .select({ id: kujiTickets.id, number: kujiTickets.number, orderId: kujiTickets.orderId })
    .from(kujiTickets)
    .where(
      and(
        eq(kujiTickets.setId, setId),
        eq(kujiTickets.kind, 'last_one'),
        isNull(kujiTickets.revealedAt),
        isNull(kujiTickets.voidedAt),
      ),
    );
  return ticket ?? null;
}

export async function voidLastOne(
  tx: Tx,
  request: { ticketId: string; reason: string; now: Date },
): Promise<void> {
  await tx
    .update(kujiTickets)
    .set({ voidedAt: request.now, voidReason: request.reason })
    .where(eq(kujiTickets.id, request.ticketId));
}

/** True if the product has gone on to another box. Meaningful under the lock of the product's stock row. */
export async function hasLaterSet(tx: Tx, set: KujiSet): Promise<boolean> {
  const [later] = await tx
    .select({ id: kujiSets.id })
    .from(kujiSets)
    .where(and(eq(kujiSets.productId, set.productId), gt(kujiSets.setNumber, set.setNumber)))
    .limit(1);
  return later !== undefined;
}

/** Step: tickets of these orders that were taken back say no more than `reason` about it: what staff wrote may name people. */
export async function forgetVoidReasons(
  tx: Tx,
  { orderIds, reason }: { orderIds: readonly string[]; reason: string },
): Promise<void> {
  await tx
    .update(kujiTickets)
    .set({ voidReason: reason })
    .where(
      and(
        inArray(kujiTickets.orderId, [...orderIds]),
        eq(kujiTickets.kind, 'number'),
        isNotNull(kujiTickets.voidedAt),
      ),
    );
}
