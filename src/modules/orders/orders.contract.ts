import { z } from 'zod';
import { ORDER_STATUSES, orderLines } from '../../db/schema/orders.ts';
import { defineRoute } from '../../http/route.ts';
import { kujiProblems, ticketSchema } from '../kuji/index.ts';
import { suppressionSchema } from '../outbox/index.ts';
import { ordersProblems } from './orders.problems.ts';

const cents = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 });

export const orderStatusSchema = z.enum(ORDER_STATUSES);

/** Only keys that have a value: every one that is there is a text. */
export const addressSchema = z.record(z.string(), z.string());

export const shipmentSchema = z.object({
  carrierName: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  trackingUrl: z.string().nullable(),
  shippedAt: instant.nullable(),
  deliveredAt: instant.nullable(),
});

const orderItemSchema = z.object({
  id: z.uuid(),
  productId: z.uuid(),
  productName: z.string(),
  productType: z.enum(orderLines.productType.enumValues),
  variantId: z.uuid().nullable(),
  variantName: z.string().nullable(),
  variantSku: z.string().nullable(),
  unitPriceCents: cents,
  quantity: z.int().min(1),
  lineTotalCents: cents,
  metadata: z.object({ slug: z.string(), description: z.string().nullable() }),
  imageUrl: z.string().nullable(),
  imageAltText: z.string().nullable(),
});

export const attentionSchema = z.object({
  reasonCode: z.string(),
  message: z.string(),
  actionHint: z.string(),
  createdAt: instant.nullable(),
});

export const orderDetailSchema = z.object({
  id: z.uuid(),
  publicId: z.string(),
  status: orderStatusSchema,
  /** Why the order waits for a person; for the shop only. */
  attention: attentionSchema.nullable().optional(),
  /** Why the customer's address gets no more mail; for the shop only. */
  mailSuppression: suppressionSchema.nullable().optional(),
  customerNote: z.string().nullable(),
  /** For shoppers only once that ticket is open. */
  includesLastOnePrize: z.boolean(),
  currency: z.literal('CAD'),
  subtotalCents: cents,
  taxCents: cents,
  shippingCents: cents,
  totalCents: cents,
  placedAt: instant.nullable(),
  paidAt: instant.nullable(),
  cancelledAt: instant.nullable(),
  refundedAt: instant.nullable(),
  shippingAddress: addressSchema,
  billingAddress: addressSchema.nullable(),
  customer: z.object({
    id: z.uuid(),
    email: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
  }),
  shipment: shipmentSchema.nullable(),
  items: z.array(orderItemSchema),
  tickets: z.array(ticketSchema),
});
export type OrderDetail = z.infer<typeof orderDetailSchema>;

export const ticketListSchema = z.object({
  tickets: z.array(ticketSchema),
  revealed: z.array(ticketSchema),
  unrevealed: z.array(ticketSchema),
  counts: z.object({ total: z.int(), revealed: z.int(), unrevealed: z.int() }),
});
export type TicketList = z.infer<typeof ticketListSchema>;

// Not checked for its shape: an order number that cannot be one is an unknown order, like any other.
const orderParams = z.object({ publicId: z.string().max(200) });

const GUEST_PROBLEMS = [ordersProblems.ORDER_ACCESS_REQUIRED, ordersProblems.ORDER_NOT_FOUND];

export const openAccessRoute = defineRoute({
  operationId: 'openGuestAccess',
  method: 'get',
  path: '/api/v1/orders/:publicId/access',
  summary: 'Exchange the link of an e-mail for a cookie',
  description:
    'Sets a cookie that opens the order and redirects to its page in the storefront. ' +
    'Without a token the cookie of an earlier visit is enough.',
  tag: 'Guest orders',
  // A token can be guessed at here.
  limit: 'auth',
  params: orderParams,
  // A token that is no single text is a bad token, not a malformed request.
  query: z.object({ token: z.string().optional().catch(undefined) }),
  headers: [
    { name: 'x-order-token', required: false, description: 'The token, instead of the query.' },
  ],
  replies: {},
  redirect: true,
  problems: [ordersProblems.ORDER_LINK_INVALID],
});

export const showOrderRoute = defineRoute({
  operationId: 'showGuestOrder',
  method: 'get',
  path: '/api/v1/orders/:publicId',
  summary: 'An order, for the holder of its cookie',
  tag: 'Guest orders',
  access: 'guest',
  params: orderParams,
  replies: { 200: orderDetailSchema },
  problems: GUEST_PROBLEMS,
});

export const showTicketsRoute = defineRoute({
  operationId: 'showGuestTickets',
  method: 'get',
  path: '/api/v1/orders/:publicId/tickets',
  summary: 'The kuji tickets of an order',
  description: 'A prize is null until its ticket is opened.',
  tag: 'Guest orders',
  access: 'guest',
  params: orderParams,
  replies: { 200: ticketListSchema },
  problems: GUEST_PROBLEMS,
});

export const revealTicketRoute = defineRoute({
  operationId: 'revealGuestTicket',
  method: 'post',
  path: '/api/v1/orders/:publicId/tickets/:ticketId/reveal',
  summary: 'Open one kuji ticket',
  description: 'Repeating it changes nothing and answers the same.',
  tag: 'Guest orders',
  access: 'guest',
  params: orderParams.extend({ ticketId: z.string().max(200) }),
  replies: { 200: ticketSchema },
  problems: [
    ...GUEST_PROBLEMS,
    ordersProblems.ORDER_NOT_REVEALABLE,
    kujiProblems.TICKET_NOT_FOUND,
    kujiProblems.TICKET_VOIDED,
  ],
});

export const revealAllRoute = defineRoute({
  operationId: 'revealAllGuestTickets',
  method: 'post',
  path: '/api/v1/orders/:publicId/tickets/reveal-all',
  summary: 'Open every kuji ticket of an order',
  description: 'Tickets that were taken back stay closed. Answers all tickets of the order.',
  tag: 'Guest orders',
  access: 'guest',
  params: orderParams,
  replies: { 200: ticketListSchema },
  problems: [...GUEST_PROBLEMS, ordersProblems.ORDER_NOT_REVEALABLE],
});
