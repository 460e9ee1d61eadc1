import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import {
  productCardSchema,
  productSchema,
  type Product,
  type ProductCard,
} from '../../src/modules/catalog/index.ts';
import { ticketSchema, type Ticket } from '../../src/modules/kuji/index.ts';
import { orderDetailSchema, ticketListSchema } from '../../src/modules/orders/orders.contract.ts';
import type { Narrator } from './narrate.ts';
import { createShopper, waitFor, type Shopper } from './shopper.ts';
import { tellFulfilment } from './tell-fulfilment.ts';
import { tellProof } from './tell-proof.ts';

export type Scene = { narrator: Narrator; shopper: Shopper; sandbox: Sandbox; apiUrl: string };

const openedSchema = z.object({
  checkoutUrl: z.string(),
  sessionId: z.string(),
  publicId: z.string(),
  orderId: z.string(),
});
export type Opened = z.infer<typeof openedSchema>;

const listSchema = z.object({ items: z.array(productCardSchema) });

const money = (cents: number) => `$${(cents / 100).toFixed(2)}`;

/** Tells a purchase of the last tickets of a box, and does it: every line is an answer of the running API. */
export async function tellPurchase(
  narrator: Narrator,
  shop: { apiUrl: string; sandbox: Sandbox },
): Promise<void> {
  const scene = { narrator, shopper: createShopper(shop.apiUrl), ...shop };
  const { kuji, shirt } = await browse(scene);
  const opened = await checkout(scene, kuji, shirt);
  await pay(scene, opened);
  await lookAtOrder(scene, opened);
  await followMail(scene, opened);
  const ticket = await reveal(scene, opened);
  await tellProof(scene, opened, ticket);
  await tellFulfilment(scene, opened);
  narrator.chapter('That was all');
  narrator.say('One command, one purchase from the shelf to the parcel, no account anywhere.');
  narrator.say('Try it by hand in a browser with: npx -y pnpm@12 dev');
}

async function browse({ narrator, shopper }: Scene): Promise<{ kuji: Product; shirt: Product }> {
  narrator.chapter('Browsing');
  const list = '/api/v1/products?type=kuji';
  const { data: kujis } = await shopper.call('GET', list, { reply: listSchema });
  narrator.say(
    'The shop sells boxes of Ichiban Kuji: every ticket wins, the box holds a fixed set.',
  );
  narrator.detail(`GET ${list}`);
  for (const card of kujis.items) {
    const { remainingTickets = 0, totalTickets = 0 } = card.ticketSummary ?? {};
    const left = `${String(remainingTickets)} of ${String(totalTickets)} tickets left`;
    narrator.detail(`${card.name}: ${left}, ${money(card.priceCents)} each`);
  }
  const fewest = kujis.items.reduce((a, b) => (ticketsLeft(b) < ticketsLeft(a) ? b : a));
  const kuji = await open(shopper, fewest.slug);
  narrator.say(
    `Our shopper opens "${kuji.name}", which is almost sold out. Its content is public:`,
  );
  for (const prize of kuji.kujiPrizes) {
    const count = `${String(prize.remainingQuantity)} of ${String(prize.initialQuantity)}`;
    narrator.detail(`${prize.prizeCode.padEnd(3)}${prize.name}: ${count}`);
  }
  const { data: shirts } = await shopper.call(
    'GET',
    '/api/v1/products?tag=apparel&sort=price_asc',
    { reply: listSchema },
  );
  const card = shirts.items.find((item) => item.productType === 'standard' && !item.isSoldOut);
  if (!card) throw new Error('The demo shop has no apparel.');
  const shirt = await open(shopper, card.slug);
  narrator.say(
    `Into the cart: all ${String(ticketsLeft(kuji))} tickets, and "${shirt.name}" for ${money(shirt.priceCents)}.`,
  );
  return { kuji, shirt };
}

function ticketsLeft(card: ProductCard): number {
  return card.ticketSummary?.remainingTickets ?? 0;
}

async function open(shopper: Shopper, slug: string): Promise<Product> {
  const { data } = await shopper.call('GET', `/api/v1/products/${slug}`, { reply: productSchema });
  return data;
}

async function checkout(
  { narrator, shopper, apiUrl }: Scene,
  kuji: Product,
  shirt: Product,
): Promise<Opened> {
  narrator.chapter('Checkout: everything is held for ten minutes');
  const body = cartOf(kuji, shirt);
  const path = '/api/v1/checkout/session';
  const first = {
    body,
    headers: { 'idempotency-key': `checkout-${randomUUID()}` },
    expect: 201,
    reply: openedSchema,
  };
  const { data: opened } = await shopper.call('POST', path, first);
  narrator.detail(`POST ${path} → 201, order ${opened.publicId}`);
  narrator.detail(`payment page: ${opened.checkoutUrl}`);
  // The shelf may be a second old.
  const { reserved, available } = await waitFor('the shelf to show it', async () => {
    const { inventory } = await open(shopper, kuji.slug);
    return inventory && inventory.reserved > 0 ? inventory : null;
  });
  narrator.good(`Held: ${String(reserved)} tickets; left for others: ${String(available)}.`);

  narrator.say('The network hiccups, and the browser sends the very same request again.');
  const again = await shopper.call('POST', path, first);
  const isReplay = again.headers.get('idempotent-replayed') === 'true';
  if (!isReplay || again.data.orderId !== opened.orderId)
    throw new Error('The replay made a second order.');
  narrator.good(`The same order ${again.data.publicId}; nothing is held twice.`);

  narrator.say('Meanwhile somebody else wants one of these tickets.');
  const late = {
    ...body,
    email: 'too-late@example.com',
    items: [{ productId: kuji.id, quantity: 1 }],
  };
  // In a browser of their own: in the same one it would be our shopper, starting again.
  const refused = await createShopper(apiUrl).call('POST', path, {
    body: late,
    headers: { 'idempotency-key': `checkout-${randomUUID()}` },
    expect: 409,
  });
  narrator.detail(`POST ${path} → 409: ${refused.message}`);
  return opened;
}

function cartOf(kuji: Product, shirt: Product) {
  return {
    email: 'aiko@example.com',
    items: [
      { productId: kuji.id, quantity: ticketsLeft(kuji) },
      { productId: shirt.id, productVariantId: shirt.defaultVariantId, quantity: 1 },
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
  };
}

async function pay({ narrator, shopper, sandbox }: Scene, opened: Opened): Promise<void> {
  narrator.chapter('Payment');
  narrator.say(
    'The shopper pays on Stripe’s page (here a look-alike) with the card 4242 4242 4242 4242.',
  );
  const response = await fetch(opened.checkoutUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ outcome: 'paid' }),
  });
  narrator.detail(`the page sends the browser on: ${response.headers.get('location') ?? ''}`);
  const delivery = await waitFor(
    'the webhook',
    () => sandbox.deliveries().find((sent) => sent.outcome === 'delivered') ?? null,
  );
  narrator.say(
    'Stripe tells the API with a signed event. It is stored before it is answered, then worked.',
  );
  narrator.detail(`POST /api/v1/webhooks/stripe ${delivery.eventId} → ${String(delivery.status)}`);
  const path = `/api/v1/checkout/success?session_id=${opened.sessionId}`;
  await shopper.call('GET', path);
  narrator.detail(`GET /api/v1/checkout/success → 200, with a cookie that opens this order`);
  narrator.good(
    'In one transaction: holds became sales, numbers were drawn, money booked, mails queued.',
  );
}

async function lookAtOrder({ narrator, shopper }: Scene, opened: Opened): Promise<void> {
  narrator.chapter('The order, with its tickets still sealed');
  const { data: order } = await shopper.call('GET', `/api/v1/orders/${opened.publicId}`, {
    reply: orderDetailSchema,
  });
  narrator.detail(`GET /api/v1/orders/${order.publicId} → status "${order.status}"`);
  for (const item of order.items) {
    narrator.detail(
      `${String(item.quantity)} × ${item.productName}: ${money(item.lineTotalCents)}`,
    );
  }
  narrator.detail(
    `shipping ${money(order.shippingCents)}, tax ${money(order.taxCents)}, total ${money(order.totalCents)}`,
  );
  for (const ticket of order.tickets) {
    narrator.detail(
      `ticket ${ticket.ticketNumber}: prize ${ticket.prize === null ? 'sealed' : 'VISIBLE'}`,
    );
  }
  if (order.tickets.some((ticket) => ticket.prize !== null)) throw new Error('A prize leaked.');
  narrator.good('The prizes are fixed, and nobody is told before the shopper opens them.');
}

async function followMail({ narrator, shopper, sandbox }: Scene, opened: Opened): Promise<void> {
  narrator.chapter('The mail');
  const mail = await waitFor(
    'the confirmation',
    () => sandbox.mails().find((sent) => sent.to.includes('aiko@example.com')) ?? null,
  );
  narrator.detail(`to ${mail.to.join(', ')}: "${mail.subject}"`);
  const token = /[?&]token=([\w-]+)/.exec(mail.text)?.[1];
  if (token === undefined) throw new Error('The mail has no link.');
  shopper.forgetCookie();
  narrator.say('Days later, on another device: no cookie, just the link in the mail.');
  await shopper.call('GET', `/api/v1/orders/${opened.publicId}`, { expect: 401 });
  narrator.detail(`GET /api/v1/orders/${opened.publicId} → 401 without it`);
  await shopper.call('GET', `/api/v1/orders/${opened.publicId}/access?token=${token}`, {
    expect: 302,
  });
  if (!shopper.hasCookie()) throw new Error('The link gave no cookie.');
  narrator.good(
    'The link is exchanged for a cookie; the shop itself keeps only a hash of the secret.',
  );
}

async function reveal({ narrator, shopper }: Scene, opened: Opened): Promise<Ticket> {
  narrator.chapter('The reveal');
  const base = `/api/v1/orders/${opened.publicId}/tickets`;
  const { data: sealed } = await shopper.call('GET', base, { reply: ticketListSchema });
  const first = sealed.tickets[0];
  if (!first) throw new Error('The order has no tickets.');
  const { data: revealed } = await shopper.call('POST', `${base}/${first.id}/reveal`, {
    reply: ticketSchema,
  });
  narrator.say('One ticket first, slowly …');
  narrator.good(describe(revealed));
  narrator.say('… and then all the others.');
  const { data: all } = await shopper.call('POST', `${base}/reveal-all`, {
    reply: ticketListSchema,
  });
  for (const ticket of all.tickets) {
    if (ticket.id !== first.id) narrator.good(describe(ticket));
  }
  if (all.counts.unrevealed !== 0) throw new Error('A ticket stayed sealed.');
  narrator.say(
    'The box is sold out, so who took the last ticket off the board also won the Last One.',
  );
  return revealed;
}

function describe(ticket: Ticket): string {
  if (!ticket.prize) throw new Error(`Ticket ${ticket.ticketNumber} shows no prize.`);
  return `${ticket.ticketNumber}: ${ticket.prize.prizeTier} – ${ticket.prize.name}`;
}
