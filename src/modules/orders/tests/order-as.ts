import { z } from 'zod';
import { callAs, type Answer } from '../../../../testing/call-as.ts';
import type { SignedIn } from '../../../../testing/factories.ts';
import type { World } from '../../../../testing/world.ts';
import type { AdminOrder } from '../orders.admin-contract.ts';

export type OrderAnswer = Answer<AdminOrder>;

/** What the dashboard presses: a new status. */
export const setStatus = (w: World, who: SignedIn, orderId: string, status: unknown) =>
  callAs<AdminOrder>(w, who, ['patch', `/admin/orders/${orderId}/status`], { status });

/** What the dashboard presses: changed fields of the shipment. */
export const patchShipment = (w: World, who: SignedIn, orderId: string, changes: object) =>
  callAs<AdminOrder>(w, who, ['patch', `/admin/orders/${orderId}/shipment`], changes);

export const showOrder = async (w: World, who: SignedIn, orderId: string): Promise<AdminOrder> => {
  const { data } = await callAs<AdminOrder>(w, who, ['get', `/admin/orders/${orderId}`]);
  return data;
};

/** The mails about an order in the sandbox's mailbox, by the part of their keys before the ids; sent ones only. */
export async function mailKindsOf(w: World, orderId: string): Promise<string[]> {
  await w.drain();
  return w.sandbox
    .mails()
    .flatMap(({ key }) => (key?.includes(orderId) === true ? [key.split('/', 1)[0] ?? ''] : []));
}

const iso = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const text = z.string().min(1);
const cents = z.int().min(0);

/** OrderDetail as the storefront's contract writes it, once more: a change of ours must not change what is expected. */
export const orderDetail = z.object({
  id: z.uuid(),
  publicId: z.string().regex(/^PBX-[0-9A-Z]{10}$/),
  status: text,
  attention: z
    .object({ reasonCode: text, message: text, actionHint: text, createdAt: iso.nullable() })
    .nullable(),
  customerNote: z.string().nullable(),
  includesLastOnePrize: z.boolean(),
  currency: z.literal('CAD'),
  subtotalCents: cents,
  taxCents: cents,
  shippingCents: cents,
  totalCents: cents,
  placedAt: iso.nullable(),
  paidAt: iso.nullable(),
  cancelledAt: iso.nullable(),
  refundedAt: iso.nullable(),
  shippingAddress: z
    .object({ fullName: text, line1: text, city: text, province: text, postalCode: text })
    .catchall(z.string()),
  billingAddress: z.record(z.string(), z.string()).nullable(),
  customer: z.object({
    id: z.uuid(),
    email: text,
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
  }),
  shipment: z
    .strictObject({
      carrierName: z.string().nullable(),
      trackingNumber: z.string().nullable(),
      trackingUrl: z.string().nullable(),
      shippedAt: iso.nullable(),
      deliveredAt: iso.nullable(),
    })
    .nullable(),
  items: z.array(
    z.object({
      id: z.uuid(),
      productId: z.uuid(),
      productName: text,
      productType: z.enum(['standard', 'kuji']),
      variantId: z.uuid().nullable(),
      variantName: z.string().nullable(),
      variantSku: z.string().nullable(),
      unitPriceCents: cents,
      lineTotalCents: cents,
      quantity: z.int().min(1),
      metadata: z.looseObject({}).nullable(),
      imageUrl: z.string().nullable(),
      imageAltText: z.string().nullable(),
    }),
  ),
  tickets: z.array(
    z.object({
      id: text,
      ticketNumber: text,
      revealedAt: iso.nullable(),
      voidedAt: iso.nullable(),
      voidReason: z.string().nullable(),
      prize: z
        .object({
          id: text,
          name: text,
          prizeCode: text,
          prizeTier: text,
          description: z.string().nullable(),
          imageUrl: z.string().nullable(),
        })
        .nullable(),
      kujiProduct: z.object({
        id: text,
        name: text,
        slug: text,
        imageUrl: z.string().nullable(),
        imageAltText: z.string().nullable(),
      }),
      createdAt: iso,
    }),
  ),
});
