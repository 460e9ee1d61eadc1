import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { ordersProblems } from './orders.problems.ts';

export const revokeAccessRoute = defineRoute({
  operationId: 'revokeGuestAccess',
  method: 'post',
  path: '/api/v1/admin/orders/:id/revoke-access',
  summary: 'End every guest access to an order',
  description:
    'Links in mails and cookies stop at once; an account keeps its orders. The next mail about the order brings a new link.',
  tag: 'Admin orders',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  replies: { 200: z.object({ orderId: z.uuid(), revoked: z.int().min(0) }) },
  problems: [ordersProblems.ORDER_NOT_FOUND],
});
