import type { Response, Test } from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { CUSTOMER_EMAIL } from '../../../sandbox/supabase/people.ts';
import {
  aCustomer,
  anAdmin,
  aPaidOrder,
  aProduct,
  checkoutBody,
  guestCookieOf,
  newKey,
} from '../../../testing/factories.ts';
import { world, type World } from '../../../testing/world.ts';
import type { Route } from '../../http/route.ts';
import { changeProduct, createProduct } from '../../modules/catalog/index.ts';
import { addPrize } from '../../modules/kuji/index.ts';
import { routes } from '../routes.ts';

/**
 * Nothing that leaves the shop tells the prize of a ticket before its owner opens it. A whole run is recorded: every
 * answer to everybody who may ask, every line of the log, every mail. The board of a box names its prizes to the public,
 * all of them; so an answer may name all prizes of the box equally often, or none. A new route is covered as soon as it
 * is listed.
 */
let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const BY = { actor: 'test', requestId: null };
const PRIZES = ['Zephyr lamp', 'Quartz owl', 'Velvet kraken', 'Saffron golem', 'Umbra fox'];
const LAST_ONE = 'Gilded basilisk';

type Heard = { what: string; text: string };

async function aBox(): Promise<{ productId: string; slug: string }> {
  const { id: productId, slug } = await createProduct(w.app, {
    ...BY,
    name: 'Midnight box',
    description: 'Every ticket wins.',
    productType: 'kuji',
    status: 'draft',
    priceCents: 1_500,
    collectionIds: [],
  });
  for (const [sortOrder, name] of [...PRIZES, LAST_ONE].entries()) {
    const isLast = name === LAST_ONE;
    const code = isLast ? 'LO' : String.fromCharCode(65 + sortOrder);
    await addPrize(w.app, {
      ...BY,
      productId,
      prize: {
        name,
        prizeCode: code,
        prizeTier: isLast ? 'LO' : code,
        description: null,
        imageUrl: null,
        initialQuantity: 1,
        remainingQuantity: 1,
        sortOrder,
      },
    });
  }
  await changeProduct(w.app, { ...BY, productId, changes: { status: 'active' } });
  return { productId, slug };
}

/** Everything that an answer says. */
function hear(heard: Heard[], what: string, response: Response): Response {
  const body: unknown = response.body;
  const text = Buffer.isBuffer(body) ? body.toString('latin1') : response.text;
  heard.push({ what, text: `${JSON.stringify(response.headers)}\n${text}` });
  return response;
}

type Caller = { name: string; cookie?: string; token?: string };
type Known = Readonly<Record<string, readonly string[]>>;

function ask(path: string, { cookie, token }: Caller): Test {
  const request = w.http.get(path).redirects(0);
  if (cookie !== undefined) void request.set('Cookie', cookie);
  if (token !== undefined) void request.set('Authorization', `Bearer ${token}`);
  return request;
}

/** The addresses of a route with each id that we know in each of its places. */
function addressesOf(route: Route, known: Known): string[] {
  const named = [...route.path.matchAll(/:(\w+)/g)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  );
  return named.reduce<string[]>(
    (paths, name) =>
      paths.flatMap((path) =>
        (known[name] ?? known.id ?? []).map((value) => path.replace(`:${name}`, value)),
      ),
    [route.path],
  );
}

/** Reads everything that there is to read, as everybody who may. */
async function lookAround(known: Known, callers: Record<Route['access'], Caller[]>) {
  const heard: Heard[] = [];
  for (const { route } of routes(w.app)) {
    if (route.method !== 'get') continue;
    for (const caller of callers[route.access]) {
      for (const path of addressesOf(route, known)) {
        hear(heard, `${caller.name}: ${path}`, await ask(path, caller));
      }
    }
  }
  return heard;
}

const countIn = (text: string, name: string) => text.split(name).length - 1;

/** What is told of single prizes; the Last One counts for itself. */
function findLeaks(heard: readonly Heard[]): string[] {
  return heard.flatMap(({ what, text }) => {
    const counts = PRIZES.map((name) => countIn(text, name));
    const isAboutAnOrder = /order|ticket|checkout|mail|log line/i.test(what);
    const isBoard = new Set(counts).size === 1 && !isAboutAnOrder;
    const isSilent = [...counts, countIn(text, LAST_ONE)].every((count) => count === 0);
    if (isBoard || isSilent) return [];
    const told = [...PRIZES, LAST_ONE].filter((name) => text.includes(name));
    return [`${what} names ${told.join(', ')}`];
  });
}

const heardOutside = (): Heard[] => [
  ...w.logLines.map((text) => ({ what: 'log line', text })),
  ...w.sandbox
    .mails()
    .map((mail) => ({ what: `mail ${mail.subject}`, text: JSON.stringify(mail) })),
];

const ticketsSchema = z.object({
  data: z.object({
    tickets: z.array(
      z.object({
        id: z.string(),
        ticketNumber: z.string(),
        prize: z.object({ name: z.string() }).nullable(),
      }),
    ),
  }),
});

it('I24 nothing tells a prize before its ticket is opened, and then this one only', async () => {
  const box = await aBox();
  const figure = await aProduct(w);
  const admin: Caller = { name: 'admin', token: (await anAdmin(w)).token };
  const customer: Caller = { name: 'customer', token: (await aCustomer(w)).token };
  const heard: Heard[] = [];

  // Buy two of the five tickets.
  const items = [{ productId: box.productId, quantity: 2 }];
  const body = checkoutBody(items, { email: CUSTOMER_EMAIL });
  hear(heard, 'checkout quote', await w.http.post('/api/v1/checkout/quote').send(body));
  const opened = hear(
    heard,
    'checkout session',
    await w.http.post('/api/v1/checkout/session').set('Idempotency-Key', newKey()).send(body),
  );
  const order = z
    .object({
      data: z.object({ orderId: z.string(), publicId: z.string(), sessionId: z.string() }),
    })
    .parse(opened.body).data;
  w.sandbox.pay(order.sessionId, 'paid');
  await w.drain();
  const success = w.http.get('/api/v1/checkout/success').query({ session_id: order.sessionId });
  hear(heard, 'checkout success', await success);

  // Everybody looks at everything.
  const guest: Caller = { name: 'guest', cookie: await guestCookieOf(w, order.sessionId) };
  const other = await aPaidOrder(w, [
    { productId: figure.productId, productVariantId: figure.variantId, quantity: 1 },
  ]);
  const stranger: Caller = { name: 'stranger', cookie: await guestCookieOf(w, other.sessionId) };
  const orderPath = `/api/v1/orders/${order.publicId}`;
  const { tickets } = ticketsSchema.parse((await ask(`${orderPath}/tickets`, guest)).body).data;
  expect(tickets.map(({ prize }) => prize)).toEqual([null, null]);
  const { rows } = await w.app.database.pool.query<{ id: string }>(
    'SELECT id FROM popbox.kuji_sets WHERE product_id = $1',
    [box.productId],
  );
  const setIds = rows.map(({ id }) => id);
  const ticketIds = tickets.map(({ id }) => id);
  const known: Known = {
    id: [order.orderId, box.productId, ...setIds, ...ticketIds],
    setId: setIds,
    ticketId: ticketIds,
    ticketNumber: tickets.map(({ ticketNumber }) => ticketNumber),
    publicId: [order.publicId],
    slug: [box.slug],
    type: ['terms'],
  };
  const nobody: Caller = { name: 'nobody' };
  const callers: Record<Route['access'], Caller[]> = {
    public: [nobody],
    signature: [nobody],
    optionalCustomer: [nobody, customer],
    guest: [guest, stranger, customer],
    customer: [customer],
    signedIn: [customer, admin],
    staff: [admin],
    admin: [admin],
  };
  heard.push(...(await lookAround(known, callers)));
  const refund = `/api/v1/admin/orders/${order.orderId}/refund/reconcile`;
  const reconciled = w.http.post(refund).set('Authorization', `Bearer ${admin.token ?? ''}`);
  hear(heard, 'admin: order reconciled', await reconciled);

  // The board was read, the order was read, and neither tells.
  const board = heard.find(({ what }) => what === `nobody: /api/v1/products/${box.slug}`);
  for (const name of [...PRIZES, LAST_ONE]) expect(board?.text).toContain(name);
  const shown = heard.find(({ what }) => what === `guest: ${orderPath}`);
  expect(shown?.text).toContain(order.publicId);
  expect(findLeaks([...heard, ...heardOutside()])).toEqual([]);

  // Opened, the same search finds what it looked for: the prize of this ticket, and still not the other one's.
  const reveal = w.http.post(`${orderPath}/tickets/${ticketIds[0] ?? ''}/reveal`);
  const revealed = await reveal.set('Cookie', guest.cookie ?? '');
  const { name } = z
    .object({ data: z.object({ prize: z.object({ name: z.string() }) }) })
    .parse(revealed.body).data.prize;
  const after = findLeaks(await lookAround(known, callers));
  expect(after).toContain(`guest: ${orderPath} names ${name}`);
  expect(after).toContain(`guest: ${orderPath}/tickets names ${name}`);
  expect(after.filter((leak) => leak.startsWith('stranger'))).toEqual([]);
  const others = [...PRIZES, LAST_ONE].filter((prize) => prize !== name);
  const aboutTheOrder = after.filter((leak) => leak.includes(orderPath));
  for (const prize of others) expect(aboutTheOrder.join('\n')).not.toContain(prize);
}, 90_000); // Every address is read twice, by everybody who may: half a minute on a busy machine.
