import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ADMIN_EMAIL, SEEDED_PASSWORD } from '../../sandbox/supabase/people.ts';
import { adminOrderSchema } from '../../src/modules/orders/orders.admin-contract.ts';
import { createShopper, waitFor, type Shopper } from './shopper.ts';
import type { Opened, Scene } from './tell-purchase.ts';

const listSchema = z.object({
  items: z.array(z.object({ id: z.string(), publicId: z.string(), status: z.string() })),
});

const money = (cents: number) => `$${(cents / 100).toFixed(2)}`;

/** The other side of the counter: the order is found, packed, shipped, partly refunded and exported by an admin. */
export async function tellFulfilment(scene: Scene, opened: Opened): Promise<void> {
  const admin = await signIn(scene);
  await pack(scene, admin, opened);
  await ship(scene, admin, opened);
  await refundPart(scene, admin, opened);
  await exportOrders(scene, admin, opened);
  await listMails(scene, opened);
}

type Admin = { call: Shopper['call']; headers: Record<string, string> };

/** Signs in at the stand-in for Supabase, as the dashboard does. */
async function signIn({ narrator, sandbox, apiUrl }: Scene): Promise<Admin> {
  narrator.chapter('Behind the counter');
  const response = await fetch(`${sandbox.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      apikey: sandbox.core.settings.supabasePublicKey,
    },
    body: JSON.stringify({ email: ADMIN_EMAIL, password: SEEDED_PASSWORD }),
  });
  const { access_token: token } = z
    .object({ access_token: z.string() })
    .parse(await response.json());
  narrator.say(`${ADMIN_EMAIL} signs in. What the token claims of roles is never read.`);
  return { call: createShopper(apiUrl).call, headers: { authorization: `Bearer ${token}` } };
}

async function pack({ narrator }: Scene, admin: Admin, opened: Opened): Promise<void> {
  const { headers } = admin;
  const search = '/api/v1/admin/orders?status=all&search=tremblay';
  const { data: found } = await admin.call('GET', search, { headers, reply: listSchema });
  narrator.detail(`GET ${search}`);
  for (const order of found.items) narrator.detail(`${order.publicId}: ${order.status}`);
  const path = `/api/v1/admin/orders/${opened.orderId}`;
  const { data: order } = await admin.call('GET', path, { headers, reply: adminOrderSchema });
  const { willRevealTickets } = order.packing;
  narrator.say(
    willRevealTickets === 0
      ? 'The shopper has opened every ticket; packing would open what is left.'
      : `Packing will open ${String(willRevealTickets)} tickets.`,
  );
  const body = { status: 'packed' };
  const { message } = await admin.call('PATCH', `${path}/status`, { headers, body });
  narrator.good(message);
}

async function ship({ narrator }: Scene, admin: Admin, opened: Opened): Promise<void> {
  const { headers } = admin;
  const path = `/api/v1/admin/orders/${opened.orderId}/shipment`;
  const first = { carrierName: 'Canada Post', trackingNumber: '7023 2100 3947 1111' };
  const reply = adminOrderSchema;
  const shipped = await admin.call('PATCH', path, { headers, body: first, reply });
  narrator.good(shipped.message);
  narrator.detail(`the shopper follows it at ${shipped.data.shipment?.trackingUrl ?? 'nowhere'}`);
  narrator.say(
    'The number was mistyped. Corrected, it is news for the shopper; a date would not be.',
  );
  const body = { trackingNumber: '7023 2100 3947 2222' };
  const corrected = await admin.call('PATCH', path, { headers, body, reply });
  narrator.good(corrected.message);
}

async function refundPart({ narrator }: Scene, admin: Admin, opened: Opened): Promise<void> {
  const { data: order } = await admin.call(
    'POST',
    `/api/v1/admin/orders/${opened.orderId}/refund`,
    {
      headers: { ...admin.headers, 'idempotency-key': randomUUID() },
      body: { amountCents: 500, reason: 'The box had a dent.' },
      reply: z.object({ status: z.string() }),
    },
  );
  narrator.good(`${money(500)} went back for a dent. The order stays "${order.status}".`);
  const { data: after } = await admin.call('GET', `/api/v1/admin/orders/${opened.orderId}`, {
    headers: admin.headers,
    reply: adminOrderSchema,
  });
  narrator.say('The order’s timeline:');
  for (const { kind, actor } of after.timeline) narrator.detail(`${kind}, by ${actor}`);
}

async function exportOrders(
  { narrator, apiUrl }: Scene,
  admin: Admin,
  opened: Opened,
): Promise<void> {
  const path = '/api/v1/admin/orders/export.csv?status=shipped';
  const response = await fetch(`${apiUrl}${path}`, { headers: admin.headers });
  const rows = (await response.text()).trim().split('\r\n');
  narrator.say('For the bookkeeper:');
  narrator.detail(`GET ${path} → ${String(rows.length - 1)} order`);
  if (!rows.some((row) => row.startsWith(opened.publicId))) {
    throw new Error('The export lacks the order.');
  }
}

/** What of the story went out by mail: to the shopper about the order, and to the shop. */
const SUBJECTS = [
  /^Your PopBox Studio order PBX-\w+$/,
  /is on its way/,
  /tracking/,
  /^Refund/,
  /^New order/,
];

async function listMails({ narrator, sandbox }: Scene, opened: Opened): Promise<void> {
  narrator.chapter('The mailbox');
  const mails = await waitFor('every mail', () => {
    const about = sandbox.mails().filter(({ subject }) => subject.includes(opened.publicId));
    return SUBJECTS.every((wanted) => about.some(({ subject }) => wanted.test(subject)))
      ? about
      : null;
  });
  for (const mail of mails) narrator.detail(`to ${mail.to.join(', ')}: "${mail.subject}"`);
  narrator.good('Each once, each written in the transaction that made it true.');
}
