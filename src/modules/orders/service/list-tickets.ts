import type { Reader } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { viewTickets } from '../../kuji/index.ts';
import type { TicketList } from '../orders.contract.ts';

/** All tickets of an order, oldest first, and the same sorted into opened and closed ones. */
export async function listTickets(
  reader: Reader,
  app: Pick<App, 'storage'>,
  orderId: string,
): Promise<TicketList> {
  const tickets = await viewTickets(reader, app.storage, [orderId]);
  const revealed = tickets.filter((ticket) => ticket.revealedAt !== null);
  const unrevealed = tickets.filter((ticket) => ticket.revealedAt === null);
  const counts = {
    total: tickets.length,
    revealed: revealed.length,
    unrevealed: unrevealed.length,
  };
  return { tickets, revealed, unrevealed, counts };
}
