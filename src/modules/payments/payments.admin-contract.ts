import { z } from 'zod';
import { PAYMENT_ROW_STATES } from '../../db/schema/payments.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { orderStatusSchema } from '../orders/index.ts';

const cents = z.int();

const paymentCheckSchema = z.object({
  paymentId: z.uuid(),
  orderId: z.uuid(),
  publicId: z.string(),
  orderStatus: orderStatusSchema,
  state: z.enum(PAYMENT_ROW_STATES),
  expected: z.object({
    /** What the order asks for. */
    receivedCents: cents,
    /** Sums of the entries. */
    ledgerReceivedCents: cents,
    ledgerRefundedCents: cents,
    /** Sum of the refunds that arrived. */
    succeededRefundsCents: cents,
  }),
  actual: z.object({
    receivedCents: cents,
    receivedCurrency: z.string().nullable(),
    refundedCents: cents,
    /** On its way back. */
    openRefundsCents: cents,
  }),
  /** Second payments of the order, which go back in full. */
  surplus: z.object({ receivedCents: cents, returnedCents: cents }),
  /** Codes; none where all agrees. */
  differences: z.array(z.string()),
});

export const paymentsReportRoute = defineRoute({
  operationId: 'showPaymentsReport',
  method: 'get',
  path: '/api/v1/admin/reports/payments',
  summary: 'Money as it is beside what it should be',
  description:
    'One item per order, newest first. `onlyDifferences=true` leaves out those that agree; `totals` are over all of them, on all ' +
    'pages. A cursor that does not fit is ignored.',
  tag: 'Admin reports',
  access: 'admin',
  query: z.object({
    onlyDifferences: z.enum(['true', 'false']).optional(),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 50, max: 200 }),
  }),
  replies: {
    200: z.object({
      items: z.array(paymentCheckSchema),
      totals: z.object({
        paymentCount: z.int(),
        receivedCents: cents,
        refundedCents: cents,
        differenceCount: z.int(),
      }),
      nextCursor: z.string().nullable(),
    }),
  },
});
export type PaymentsReportQuery = z.output<typeof paymentsReportRoute.query>;
export type PaymentsReport = z.output<(typeof paymentsReportRoute.replies)[200]>;
