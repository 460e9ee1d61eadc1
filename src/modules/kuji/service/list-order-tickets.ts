import { and, asc, eq } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { kujiTickets } from '../../../db/schema/kuji.ts';

export type OrderTicket = {
  id: string;
  orderLineId: string;
  isRevealed: boolean;
};

/** The tickets that an order has paid for, without Last Ones and without their prizes. */
export async function listOrderTickets(reader: Reader, orderId: string): Promise<OrderTicket[]> {
  const rows = await reader
    .select({
      id: kujiTickets.id,
      orderLineId: kujiTickets.orderLineId,
      revealedAt: kujiTickets.revealedAt,
    })
    .from(kujiTickets)
    .where(and(eq(kujiTickets.orderId, orderId), eq(kujiTickets.kind, 'number')))
    .orderBy(asc(kujiTickets.id));
  return rows.map(({ id, orderLineId, revealedAt }) => ({
    id,
    orderLineId,
    isRevealed: revealedAt !== null,
  }));
}
