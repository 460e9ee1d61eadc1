import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ADMIN_EMAIL } from '../../sandbox/supabase/people.ts';
import { supabaseOf } from '../../sandbox/supabase/supabase-state.ts';
import { productCardSchema, productSchema } from '../../src/modules/catalog/index.ts';
import { closeDueSets, type Ticket } from '../../src/modules/kuji/index.ts';
import { ticketListSchema } from '../../src/modules/orders/orders.contract.ts';
import { createShopper, waitFor, type Shopper } from '../demo/shopper.ts';
import type { LocalShop } from '../local-shop.ts';

export const SHOPPER_EMAIL = 'aiko@example.com';

const openedSchema = z.object({
  checkoutUrl: z.string(),
  sessionId: z.string(),
  publicId: z.string(),
  orderId: z.string(),
});
const listSchema = z.object({ items: z.array(productCardSchema) });

export type OpenPurchase = z.infer<typeof openedSchema> & { shopper: Shopper };

/**
 * Reserves tickets and a shirt; the payment page stands open.
 *
 * @param ofLargestBox So many tickets of it; without, all that is left of the demo shop's smallest box.
 */
export async function openPurchase(shop: LocalShop, ofLargestBox?: number): Promise<OpenPurchase> {
  const shopper = createShopper(shop.apiUrl);
  const list = async (query: string) =>
    (await shopper.call('GET', `/api/v1/products?${query}`, { reply: listSchema })).data.items;
  const left = (card: z.infer<typeof productCardSchema>) =>
    card.ticketSummary?.remainingTickets ?? 0;
  const boxes = (await list('type=kuji')).toSorted((a, b) => left(a) - left(b));
  const box = boxes.at(ofLargestBox === undefined ? 0 : -1);
  const shirt = (await list('tag=apparel&sort=price_asc')).find((card) => !card.isSoldOut);
  if (!box || !shirt) throw new Error('The demo shop has no kuji or no shirt.');
  const { data: shown } = await shopper.call('GET', `/api/v1/products/${shirt.slug}`, {
    reply: productSchema,
  });
  const { data } = await shopper.call('POST', '/api/v1/checkout/session', {
    headers: { 'idempotency-key': `checkout-${randomUUID()}` },
    expect: 201,
    reply: openedSchema,
    body: {
      email: SHOPPER_EMAIL,
      items: [
        { productId: box.id, quantity: ofLargestBox ?? left(box) },
        { productId: shirt.id, productVariantId: shown.defaultVariantId, quantity: 1 },
      ],
      shippingAddress: {
        fullName: 'Aiko Tremblay',
        line1: '1055 Canada Place',
        line2: null,
        city: 'Vancouver',
        province: 'BC',
        postalCode: 'V6C 0C3',
        countryCode: 'CA',
        phone: null,
      },
      billingSameAsShipping: true,
      customerNote: 'Please pack the box well.',
    },
  });
  return { ...data, shopper };
}

/** Pays, and waits until the confirmation is in the mailbox. Answers the id that stands on the receipt. */
export async function payFor(shop: LocalShop, opened: OpenPurchase): Promise<string> {
  const { sandbox } = shop;
  if (!sandbox) throw new Error('Only the sandbox can be paid without a card.');
  sandbox.pay(opened.sessionId, 'paid');
  // The answer is a 202 until the payment's event was worked.
  await waitFor('the order to be paid', async () => {
    const path = `/api/v1/checkout/success?session_id=${opened.sessionId}`;
    return opened.shopper.call('GET', path).catch(() => null);
  });
  await waitFor(
    'the confirmation',
    () => sandbox.mails().find(({ to }) => to.includes(SHOPPER_EMAIL)) ?? null,
  );
  const session = await shop.app.stripe.retrieveSession(opened.sessionId);
  return session?.paymentIntentId ?? '';
}

/** The order's tickets as the shopper sees them now. */
export async function ticketsOf({ shopper, publicId }: OpenPurchase): Promise<Ticket[]> {
  const path = `/api/v1/orders/${publicId}/tickets`;
  return (await shopper.call('GET', path, { reply: ticketListSchema })).data.tickets;
}

/** Opens all tickets. The box is sold out and opened by then, so its seed and deck are published. */
export async function openTickets(shop: LocalShop, opened: OpenPurchase): Promise<Ticket[]> {
  const path = `/api/v1/orders/${opened.publicId}/tickets/reveal-all`;
  const { data } = await opened.shopper.call('POST', path, { reply: ticketListSchema });
  await closeDueSets(shop.app);
  return data.tickets;
}

/** What a page for staff wants to be sent. The demo shop makes its admin one when he first calls. */
export async function adminHeaders({ sandbox }: LocalShop): Promise<{ authorization: string }> {
  if (!sandbox) throw new Error('Only the sandbox signs somebody in without a password.');
  const token = await supabaseOf(sandbox.core).issueToken({ email: ADMIN_EMAIL });
  return { authorization: `Bearer ${token}` };
}
