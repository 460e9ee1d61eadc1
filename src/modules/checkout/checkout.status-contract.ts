import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { defineProblems } from '../../kernel/problems.ts';
import { adminOrderSchema, ordersProblems, orderStatusSchema } from '../orders/index.ts';

export const statusProblems = defineProblems({
  ORDER_NOT_CANCELLABLE: {
    status: 409,
    message: 'Only an order that waits for its payment can be cancelled.',
  },
  ORDER_STATUS_NOT_BY_HAND: {
    status: 409,
    message:
      'An order can only be cancelled, packed or shipped by hand; the rest follows from its money.',
  },
  CANCEL_UNCONFIRMED: {
    status: 502,
    message:
      'Stripe did not answer. The order is cancelled as soon as it does; nothing else is needed.',
  },
});

export const changeOrderStatusRoute = defineRoute({
  operationId: 'changeOrderStatus',
  method: 'patch',
  path: '/api/v1/admin/orders/:id/status',
  summary: 'Cancel, pack or ship an order',
  description:
    'To `cancelled` only from `pending_payment`: its payment page is closed at Stripe first, and a payment that was faster ' +
    'wins. To `packed` only from `paid`: tickets that are still closed are opened, and the message says how many; the ' +
    'order’s `packing` says it before. To `shipped` only from `packed`: a shipment without a number is made and the shopper ' +
    'is told; with carrier and number, use the shipment instead. Every other status comes with money, not by hand.',
  tag: 'Admin orders',
  access: 'staff',
  params: z.object({ id: z.uuid() }),
  body: z.object({ status: orderStatusSchema }),
  replies: { 200: adminOrderSchema },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_DISPUTED,
    ordersProblems.ORDER_MONEY_LEAVING,
    ordersProblems.ORDER_NOT_PACKABLE,
    ordersProblems.ORDER_NOT_SHIPPABLE,
    ...Object.values(statusProblems),
  ],
});
export type ChangeOrderStatusBody = z.output<typeof changeOrderStatusRoute.body>;
