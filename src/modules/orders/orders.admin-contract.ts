import { z } from 'zod';
import { ORDER_STATUSES, orderLines } from '../../db/schema/orders.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { searchQuery } from '../../http/search-words.ts';
import { wireTime } from '../../http/wire-time.ts';
import { attentionSchema, orderDetailSchema, shipmentSchema } from './orders.contract.ts';
import { ordersProblems } from './orders.problems.ts';

const cents = z.int().min(0);
const count = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 });

export const ORDER_SORTS = ['date_desc', 'date_asc', 'total_desc', 'total_asc'] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];

/** `all` is what the dashboard sends for "do not filter". */
const orAll = <S extends z.ZodType>(schema: S) =>
  z.union([z.literal('all').transform(() => undefined), schema]).optional();

/** What narrows the list and the export alike. */
export const orderFilters = {
  status: orAll(z.enum(ORDER_STATUSES)),
  attention: orAll(z.enum(['open', 'resolved'])),
  productType: orAll(z.enum(orderLines.productType.enumValues)),
  from: wireTime.optional(),
  until: wireTime.optional(),
  search: searchQuery,
};

export const orderListItemSchema = z.object({
  id: z.uuid(),
  publicId: z.string(),
  status: z.enum(ORDER_STATUSES),
  attention: attentionSchema.nullable(),
  customerNote: z.string().nullable(),
  includesLastOnePrize: z.boolean(),
  totalCents: cents,
  currency: z.literal('CAD'),
  placedAt: instant.nullable(),
  createdAt: instant,
  customer: z.object({
    id: z.uuid(),
    email: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
  }),
});
export type OrderListItem = z.infer<typeof orderListItemSchema>;

export const listOrdersRoute = defineRoute({
  operationId: 'listOrders',
  method: 'get',
  path: '/api/v1/admin/orders',
  summary: 'Orders, a page at a time',
  description:
    'Each word of `search` must be part of the number, the e-mail, the first or the last name; of one or two characters it ' +
    'must begin one of their words. `%` and `_` are ordinary characters. `from` is included, `until` is not; both are about ' +
    'the time when the order was made. `productType=kuji` lists orders with tickets.',
  tag: 'Admin orders',
  access: 'staff',
  query: z.object({
    ...orderFilters,
    sort: z.enum(ORDER_SORTS).optional().default('date_desc'),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 25, max: 100 }),
  }),
  replies: {
    200: z.object({ items: z.array(orderListItemSchema), nextCursor: z.string().nullable() }),
  },
});
export type ListOrdersQuery = z.output<typeof listOrdersRoute.query>;
export type OrderFilters = Omit<ListOrdersQuery, 'sort' | 'cursor' | 'limit'>;

export const SUGGESTED_ACTIONS = [
  'recover_payment',
  'accept',
  'refund',
  'reconcile_refunds',
] as const;

/** What staff can do about an order, as a request that the API takes. */
const suggestionSchema = z.object({
  action: z.enum(SUGGESTED_ACTIONS),
  label: z.string(),
  method: z.literal('POST'),
  path: z.string(),
  /** The role that it needs. */
  role: z.enum(['admin', 'staff']),
});

export const listAttentionRoute = defineRoute({
  operationId: 'listOrdersThatNeedAttention',
  method: 'get',
  path: '/api/v1/admin/orders/attention',
  summary: 'Orders that wait for a person, with what can be done',
  description: 'The oldest first. The first action is the one that the reason suggests.',
  tag: 'Admin orders',
  access: 'staff',
  query: z.object({ cursor: cursorQuery, limit: limitQuery({ fallback: 25, max: 100 }) }),
  replies: {
    200: z.object({
      items: z.array(
        orderListItemSchema.extend({
          attention: attentionSchema,
          actions: z.array(suggestionSchema).min(1),
        }),
      ),
      nextCursor: z.string().nullable(),
    }),
  },
});
export type AttentionPage = z.infer<(typeof listAttentionRoute.replies)[200]>;

export const parcelSchema = shipmentSchema.extend({
  id: z.uuid(),
  /** 1 is the order's `shipment`. */
  position: z.int().min(1),
});
export type Parcel = z.infer<typeof parcelSchema>;

export const noteSchema = z.object({
  id: z.uuid(),
  text: z.string(),
  /** `admin:<user id>` or `staff:<user id>`. */
  actor: z.string(),
  createdAt: instant,
});
export type OrderNote = z.infer<typeof noteSchema>;

export const adminOrderSchema = orderDetailSchema.extend({
  attention: attentionSchema.nullable(),
  createdAt: instant,
  discountCents: cents,
  /** All parcels, the one of `shipment` first. */
  parcels: z.array(parcelSchema),
  packing: z.object({
    /** Whether the order can be packed now. */
    isAllowed: z.boolean(),
    /** Closed tickets: packing opens them, because who packs must see their prizes. */
    willRevealTickets: count,
    /** What to tell before the button is pressed; null where there is nothing to tell. */
    notice: z.string().nullable(),
  }),
  /** Null where nothing was asked of Stripe. */
  payment: z
    .object({
      sessionId: z.string().nullable(),
      intentId: z.string().nullable(),
      receivedCents: cents.nullable(),
      receivedCurrency: z.string().nullable(),
      refundedCents: cents,
    })
    .nullable(),
  /** Newest first. */
  refunds: z.array(
    z.object({
      id: z.uuid(),
      stripeRefundId: z.string().nullable(),
      amountCents: cents,
      currency: z.string(),
      status: z.string(),
      reason: z.string().nullable(),
      requestedBy: z.string(),
      createdAt: instant,
    }),
  ),
  /** Oldest first. */
  timeline: z.array(
    z.object({
      kind: z.string(),
      fromStatus: z.enum(ORDER_STATUSES).nullable(),
      toStatus: z.enum(ORDER_STATUSES).nullable(),
      actor: z.string(),
      details: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
        .nullable(),
      createdAt: instant,
    }),
  ),
  /** Oldest first. */
  notes: z.array(noteSchema),
});
export type AdminOrder = z.infer<typeof adminOrderSchema>;

export const orderIdParams = z.object({ id: z.uuid() });

export const showAdminOrderRoute = defineRoute({
  operationId: 'showOrder',
  method: 'get',
  path: '/api/v1/admin/orders/:id',
  summary: 'An order with its timeline, parcels, payment, refunds and notes',
  description: 'A prize is null until its ticket is opened, here as well.',
  tag: 'Admin orders',
  access: 'staff',
  params: orderIdParams,
  replies: { 200: adminOrderSchema },
  problems: [ordersProblems.ORDER_NOT_FOUND],
});
