import { z } from 'zod';
import { orderLines } from '../../db/schema/orders.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { kujiProblems } from '../kuji/index.ts';
import { addressSchema, orderStatusSchema, shipmentSchema } from './orders.contract.ts';
import { ordersProblems } from './orders.problems.ts';
import { kujiHistoryEntrySchema, kujiResultSchema } from './orders.results-contract.ts';

const cents = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 });
const ratePpm = z.int().min(0);
const text = z.string().min(1);

/** As it was charged; all four components are always there. */
const orderTaxSchema = z.object({
  countryCode: z.literal('CA'),
  provinceCode: z.string().length(2),
  taxableAmountCents: cents,
  gstRatePpm: ratePpm,
  pstRatePpm: ratePpm,
  hstRatePpm: ratePpm,
  qstRatePpm: ratePpm,
  gstCents: cents,
  pstCents: cents,
  hstCents: cents,
  qstCents: cents,
  totalTaxCents: cents,
});

/** What was bought; slug and picture are today's. */
const boughtSchema = z.object({
  productId: z.uuid(),
  productName: text,
  productType: z.enum(orderLines.productType.enumValues),
  variantId: z.uuid().nullable(),
  variantName: z.string().nullable(),
  variantSku: z.string().nullable(),
  productSlug: z.string().nullable(),
  /** False: the product's page is gone. */
  isStorefrontAccessible: z.boolean(),
  quantity: z.int().min(1),
  imageUrl: z.string().nullable(),
  imageAltText: z.string().nullable(),
});

/** What the list and the page of an order have in common. */
const orderSummarySchema = z.object({
  publicId: text,
  /** Never one of those that accounts hide. */
  status: orderStatusSchema,
  createdAt: instant,
  placedAt: instant.nullable(),
  currency: z.literal('CAD'),
  subtotalCents: cents,
  shippingCents: cents,
  taxCents: cents,
  discountCents: cents,
  totalCents: cents,
  taxBreakdown: orderTaxSchema,
  shipment: shipmentSchema.nullable(),
});

export const accountOrderSchema = orderSummarySchema.extend({ products: z.array(boughtSchema) });
export type AccountOrder = z.infer<typeof accountOrderSchema>;

export const accountOrderDetailSchema = orderSummarySchema.extend({
  /** True only once that ticket is open. */
  includesLastOnePrize: z.boolean(),
  customerNote: z.string().nullable(),
  paidAt: instant.nullable(),
  cancelledAt: instant.nullable(),
  refundedAt: instant.nullable(),
  shippingAddress: addressSchema,
  billingAddress: addressSchema.nullable(),
  customer: z.object({
    email: text,
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
  }),
  items: z.array(
    boughtSchema.extend({
      unitPriceCents: cents,
      lineTotalCents: cents,
      kujiResults: z.array(kujiResultSchema),
    }),
  ),
});
export type AccountOrderDetail = z.infer<typeof accountOrderDetailSchema>;

const pageQuery = z.object({
  cursor: cursorQuery,
  limit: limitQuery({ fallback: 20, max: 50 }),
});
export type PageQuery = z.output<typeof pageQuery>;

const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

// Not checked for its shape: an order number that cannot be one is an unknown order, like any other.
const orderParams = z.object({ publicId: z.string().max(200) });

export const listAccountOrdersRoute = defineRoute({
  operationId: 'listAccountOrders',
  method: 'get',
  path: '/api/v1/account/orders',
  summary: 'The orders of an account, newest first',
  description:
    'Orders that wait for a payment or for the shop, expired and cancelled ones are not shown.',
  tag: 'Account',
  access: 'customer',
  query: pageQuery,
  replies: { 200: page(accountOrderSchema) },
});

export const showAccountOrderRoute = defineRoute({
  operationId: 'showAccountOrder',
  method: 'get',
  path: '/api/v1/account/orders/:publicId',
  summary: 'An order of the account',
  description: 'A prize is null until its ticket is opened.',
  tag: 'Account',
  access: 'customer',
  params: orderParams,
  replies: { 200: accountOrderDetailSchema },
  problems: [ordersProblems.ORDER_NOT_FOUND],
});

export const revealAccountTicketRoute = defineRoute({
  operationId: 'revealAccountTicket',
  method: 'post',
  path: '/api/v1/account/orders/:publicId/tickets/:ticketId/reveal',
  summary: 'Open one kuji ticket',
  description: 'Repeating it changes nothing and answers the same.',
  tag: 'Account',
  access: 'customer',
  params: orderParams.extend({ ticketId: z.string().max(200) }),
  replies: { 200: kujiResultSchema },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_NOT_REVEALABLE,
    kujiProblems.TICKET_NOT_FOUND,
    kujiProblems.TICKET_VOIDED,
  ],
});

export const revealAllAccountTicketsRoute = defineRoute({
  operationId: 'revealAllAccountTickets',
  method: 'post',
  path: '/api/v1/account/orders/:publicId/tickets/reveal-all',
  summary: 'Open every kuji ticket of an order',
  description: 'Tickets that were taken back stay closed. Answers all results of the order.',
  tag: 'Account',
  access: 'customer',
  params: orderParams,
  replies: { 200: z.object({ results: z.array(kujiResultSchema) }) },
  problems: [ordersProblems.ORDER_NOT_FOUND, ordersProblems.ORDER_NOT_REVEALABLE],
});

export const listKujiHistoryRoute = defineRoute({
  operationId: 'listKujiHistory',
  method: 'get',
  path: '/api/v1/account/kuji-history',
  summary: 'All kuji tickets of an account, newest first',
  description: 'Those of hidden orders are left out. A prize is null until its ticket is opened.',
  tag: 'Account',
  access: 'customer',
  query: pageQuery,
  replies: { 200: page(kujiHistoryEntrySchema) },
});
