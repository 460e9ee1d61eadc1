import { handle, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  openAccessRoute,
  revealAllRoute,
  revealTicketRoute,
  showOrderRoute,
  showTicketsRoute,
} from './orders.contract.ts';
import { requireGuestOrder } from './service/find-guest-order.ts';
import { listTickets } from './service/list-tickets.ts';
import { openGuestAccess } from './service/open-guest-access.ts';
import { revealAllTickets, revealOneTicket } from './service/reveal-order-tickets.ts';
import { viewOrder } from './service/view-order.ts';

/** Answers that are one person's own must not stay in any cache. */
const PRIVATE = { 'Cache-Control': 'no-store' };

/** What a guest may do with an order: the cookie alone opens it, never a token in query or header. */
export function ordersRouter(app: App): Mounted[] {
  const { db } = app.database;
  return [
    handle(app, openAccessRoute, ({ params, query }, context) =>
      openGuestAccess(app, {
        publicId: params.publicId,
        token: query.token ?? context.header('x-order-token'),
        present: context.cookie,
      }),
    ),
    handle(app, showOrderRoute, async ({ params }, context) => {
      const orderId = await requireGuestOrder(app, { ...params, present: context.cookie });
      return { data: await viewOrder(db, app, { orderId, audience: 'guest' }), headers: PRIVATE };
    }),
    handle(app, showTicketsRoute, async ({ params }, context) => {
      const orderId = await requireGuestOrder(app, { ...params, present: context.cookie });
      return { data: await listTickets(db, app, orderId), headers: PRIVATE };
    }),
    handle(app, revealTicketRoute, async ({ params }, context) => {
      const orderId = await requireGuestOrder(app, { ...params, present: context.cookie });
      const data = await revealOneTicket(app, { orderId, ticketId: params.ticketId });
      return { data, headers: PRIVATE };
    }),
    handle(app, revealAllRoute, async ({ params }, context) => {
      const orderId = await requireGuestOrder(app, { ...params, present: context.cookie });
      return { data: await revealAllTickets(app, { orderId }), headers: PRIVATE };
    }),
  ];
}
