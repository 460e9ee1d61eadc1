import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { wireTime } from '../../http/wire-time.ts';
import { adminOrderSchema, noteSchema, orderIdParams } from './orders.admin-contract.ts';
import { ordersProblems } from './orders.problems.ts';
import { MAX_URL } from './service/derive-tracking-url.ts';

const CONTROL = /\p{Cc}/u;

/** Null clears, and so does what is blank; a field that is not there stays as it is. One line, as it stands in mails. */
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `Must have at most ${String(max)} characters.`)
    .refine((value) => !CONTROL.test(value), 'Must not contain control characters.')
    .transform((value) => (value === '' ? null : value))
    .nullable()
    .optional();

const webUrl = text(MAX_URL).refine(
  (value) => value === null || value === undefined || isWebUrl(value),
  'Must be a link that begins with http:// or https://.',
);

const parcelTime = wireTime.nullable().optional();

const parcelFields = {
  carrierName: text(120),
  trackingNumber: text(120),
  trackingUrl: webUrl,
  shippedAt: parcelTime,
  deliveredAt: parcelTime,
};

const changesSchema = z
  .object(parcelFields)
  .refine(
    (changes) => Object.values(changes).some((value) => value !== undefined),
    'Nothing to change.',
  );
export type ParcelChanges = z.output<z.ZodObject<typeof parcelFields>>;

function isWebUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

export const changeShipmentRoute = defineRoute({
  operationId: 'changeShipment',
  method: 'patch',
  path: '/api/v1/admin/orders/:id/shipment',
  summary: 'Ship a packed order, or correct the shipment of a shipped one',
  description:
    'A packed order becomes shipped and the shopper is told. On a shipped one the shopper is told if carrier, number or link ' +
    'changed. Without a link, that of a carrier known in Canada is made from its number.',
  tag: 'Admin orders',
  access: 'staff',
  params: orderIdParams,
  body: changesSchema,
  replies: { 200: adminOrderSchema },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_DISPUTED,
    ordersProblems.ORDER_MONEY_LEAVING,
    ordersProblems.ORDER_NOT_SHIPPABLE,
    ordersProblems.ORDER_ERASED,
  ],
});

export const addParcelRoute = defineRoute({
  operationId: 'addParcel',
  method: 'post',
  path: '/api/v1/admin/orders/:id/parcels',
  summary: 'Add a parcel to a packed or shipped order',
  description:
    'The first parcel is the shipment; these are the others. The shopper is told once the order is shipped.',
  tag: 'Admin orders',
  access: 'staff',
  params: orderIdParams,
  body: changesSchema,
  replies: { 201: adminOrderSchema },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_NOT_SHIPPABLE,
    ordersProblems.ORDER_ERASED,
    ordersProblems.TOO_MANY_PARCELS,
  ],
});

const parcelParams = orderIdParams.extend({ parcelId: z.uuid() });

export const changeParcelRoute = defineRoute({
  operationId: 'changeParcel',
  method: 'patch',
  path: '/api/v1/admin/orders/:id/parcels/:parcelId',
  summary: 'Correct a parcel',
  tag: 'Admin orders',
  access: 'staff',
  params: parcelParams,
  body: changesSchema,
  replies: { 200: adminOrderSchema },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_NOT_SHIPPABLE,
    ordersProblems.ORDER_ERASED,
    ordersProblems.PARCEL_NOT_FOUND,
  ],
});

export const removeParcelRoute = defineRoute({
  operationId: 'removeParcel',
  method: 'delete',
  path: '/api/v1/admin/orders/:id/parcels/:parcelId',
  summary: 'Remove a parcel that is not the shipment',
  tag: 'Admin orders',
  access: 'staff',
  params: parcelParams,
  replies: { 200: adminOrderSchema },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_NOT_SHIPPABLE,
    ordersProblems.PARCEL_NOT_FOUND,
    ordersProblems.PARCEL_IS_THE_SHIPMENT,
  ],
});

export const resendConfirmationRoute = defineRoute({
  operationId: 'resendConfirmation',
  method: 'post',
  path: '/api/v1/admin/orders/:id/resend-confirmation',
  summary: 'Send the confirmation of an order again, or of a refunded one the refund',
  description:
    'The mail carries a link of its own. It is queued, like every mail, and sent within moments.',
  tag: 'Admin orders',
  access: 'staff',
  params: orderIdParams,
  replies: { 200: z.object({ mail: z.enum(['order-confirmed', 'order-refunded']) }) },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_MAIL_NOT_ELIGIBLE,
    ordersProblems.ORDER_MAIL_UNDELIVERABLE,
  ],
});

export const listNotesRoute = defineRoute({
  operationId: 'listOrderNotes',
  method: 'get',
  path: '/api/v1/admin/orders/:id/notes',
  summary: 'What colleagues wrote about an order, oldest first',
  tag: 'Admin orders',
  access: 'staff',
  params: orderIdParams,
  replies: { 200: z.object({ items: z.array(noteSchema) }) },
  problems: [ordersProblems.ORDER_NOT_FOUND],
});

export const addNoteRoute = defineRoute({
  operationId: 'addOrderNote',
  method: 'post',
  path: '/api/v1/admin/orders/:id/notes',
  summary: 'Write a note for colleagues',
  description: 'Shoppers never see it.',
  tag: 'Admin orders',
  access: 'staff',
  params: orderIdParams,
  body: z.object({
    text: z
      .string()
      .trim()
      .min(1, 'Must not be empty.')
      .max(2_000, 'Must have at most 2000 characters.'),
  }),
  replies: { 201: noteSchema },
  problems: [
    ordersProblems.ORDER_NOT_FOUND,
    ordersProblems.ORDER_ERASED,
    ordersProblems.TOO_MANY_NOTES,
  ],
});

export const showPackingSlipRoute = defineRoute({
  operationId: 'showPackingSlip',
  method: 'get',
  path: '/api/v1/admin/orders/:id/packing-slip',
  summary: 'What goes into the box, as a page to print',
  description:
    'Address, goods and the prizes of opened tickets, without prices. What is paid back is not to be packed, and says so. ' +
    'A closed ticket shows no prize.',
  tag: 'Admin orders',
  access: 'staff',
  params: orderIdParams,
  downloadType: 'text/html; charset=utf-8',
  replies: {},
  problems: [ordersProblems.ORDER_NOT_FOUND],
});
