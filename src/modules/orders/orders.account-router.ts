import { handleCustomer } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import type { Ticket } from '../kuji/index.ts';
import {
  listAccountOrdersRoute,
  listKujiHistoryRoute,
  revealAccountTicketRoute,
  revealAllAccountTicketsRoute,
  showAccountOrderRoute,
} from './orders.account-contract.ts';
import type { KujiResult } from './orders.results-contract.ts';
import { requireAccountOrder } from './service/find-account-order.ts';
import { listAccountOrders } from './service/list-account-orders.ts';
import { listKujiHistory } from './service/list-kuji-history.ts';
import { revealAllTickets, revealOneTicket } from './service/reveal-order-tickets.ts';
import { showAccountOrder } from './service/show-account-order.ts';

/** What a customer sees of their own orders. */
export function ordersAccountRouter(app: App): Mounted[] {
  const { db } = app.database;
  return [
    handleCustomer(app, listAccountOrdersRoute, async ({ query }, _context, { userId }) => ({
      data: await listAccountOrders(app, { ...query, userId }),
    })),
    handleCustomer(app, showAccountOrderRoute, async ({ params }, _context, { userId }) => ({
      data: await showAccountOrder(app, { ...params, userId }),
    })),
    handleCustomer(app, revealAccountTicketRoute, async ({ params }, _context, { userId }) => {
      const { publicId, ticketId } = params;
      const orderId = await requireAccountOrder(db, { publicId, userId });
      return { data: toKujiResult(await revealOneTicket(app, { orderId, ticketId })) };
    }),
    handleCustomer(app, revealAllAccountTicketsRoute, async ({ params }, _context, { userId }) => {
      const orderId = await requireAccountOrder(db, { ...params, userId });
      const { tickets } = await revealAllTickets(app, { orderId });
      return { data: { results: tickets.map(toKujiResult) } };
    }),
    handleCustomer(app, listKujiHistoryRoute, async ({ query }, _context, { userId }) => ({
      data: await listKujiHistory(app, { ...query, userId }),
    })),
  ];
}

/** A guest's ticket in the words of an account. */
function toKujiResult({
  id,
  createdAt,
  revealedAt,
  voidedAt,
  voidReason,
  prize,
}: Ticket): KujiResult {
  return {
    id,
    createdAt,
    revealedAt,
    voidedAt,
    voidReason,
    prize: prize && {
      prizeCode: prize.prizeCode,
      prizeTier: prize.prizeTier,
      name: prize.name,
      description: prize.description,
      imageUrl: prize.imageUrl,
    },
  };
}
