import { randomUUID } from 'node:crypto';
import type { Response } from 'supertest';
import {
  ADMIN_EMAIL,
  createPerson,
  CUSTOMER_EMAIL,
  personIdOf,
  SEEDED_PASSWORD,
} from '../sandbox/supabase/people.ts';
import { supabaseOf } from '../sandbox/supabase/supabase-state.ts';
import { addVariant, changeProduct, createProduct } from '../src/modules/catalog/index.ts';
import { addPrize } from '../src/modules/kuji/index.ts';
import type { World } from './world.ts';

/**
 * Things a test starts from, made through use cases and HTTP. Each takes only the fields that matter to the test.
 */
const BY = { actor: 'test', requestId: null };

let counter = 0;
const next = () => (counter += 1);

export type TestProduct = {
  productId: string;
  variantId: string;
  slug: string;
  priceCents: number;
};

/** A standard product on sale, with one variant. */
export async function aProduct(
  w: World,
  options: { onHand?: number; priceCents?: number; name?: string } = {},
): Promise<TestProduct> {
  const priceCents = options.priceCents ?? 2_500;
  const created = await createProduct(w.app, {
    ...BY,
    name: options.name ?? `Figure ${String(next())}`,
    description: 'A figure.',
    productType: 'standard',
    status: 'active',
    priceCents,
    onHand: options.onHand ?? 10,
    collectionIds: [],
  });
  if (created.defaultVariantId === null)
    throw new Error('A standard product has a default variant.');
  return {
    productId: created.id,
    variantId: created.defaultVariantId,
    slug: created.slug,
    priceCents,
  };
}

/** Another variant of a product. */
export async function aVariant(
  w: World,
  productId: string,
  options: { onHand?: number; priceCents?: number; isActive?: boolean } = {},
): Promise<{ variantId: string }> {
  const { id } = await addVariant(w.app, {
    ...BY,
    productId,
    name: `Variant ${String(next())}`,
    priceCents: options.priceCents ?? 3_000,
    isActive: options.isActive ?? true,
    sortOrder: next(),
    onHand: options.onHand ?? 10,
    lowStockThreshold: 0,
  });
  return { variantId: id };
}

export type TestKuji = {
  productId: string;
  slug: string;
  prizeNames: string[];
  priceCents: number;
};

/** A kuji on sale: one A, the rest D, and a Last One unless `lastOne` is false. */
export async function aKuji(
  w: World,
  options: { tickets?: number; lastOne?: boolean; priceCents?: number } = {},
): Promise<TestKuji> {
  const tickets = options.tickets ?? 5;
  const n = String(next());
  const priceCents = options.priceCents ?? 1_500;
  const created = await createProduct(w.app, {
    ...BY,
    name: `Kuji ${n}`,
    description: 'Every ticket wins.',
    productType: 'kuji',
    status: 'draft',
    priceCents,
    collectionIds: [],
  });
  const prizes = [
    { prizeCode: 'A', prizeTier: 'A', name: `Grand unicorn ${n}`, quantity: 1 },
    { prizeCode: 'D', prizeTier: 'D', name: `Tiny sticker ${n}`, quantity: tickets - 1 },
    ...(options.lastOne === false
      ? []
      : [{ prizeCode: 'LO', prizeTier: 'LO', name: `Golden unicorn ${n}`, quantity: 1 }]),
  ].filter((prize) => prize.quantity > 0);
  for (const [sortOrder, { quantity, ...prize }] of prizes.entries()) {
    await addPrize(w.app, {
      ...BY,
      productId: created.id,
      prize: {
        ...prize,
        description: null,
        imageUrl: null,
        initialQuantity: quantity,
        remainingQuantity: quantity,
        sortOrder,
      },
    });
  }
  await changeProduct(w.app, { ...BY, productId: created.id, changes: { status: 'active' } });
  return {
    productId: created.id,
    slug: created.slug,
    prizeNames: prizes.map((prize) => prize.name),
    priceCents,
  };
}

export type CartItem = { productId: string; productVariantId?: string; quantity: number };

/** So many of a product, and of nothing else. */
export function cartOf(
  { productId, variantId }: Pick<TestProduct, 'productId' | 'variantId'>,
  quantity = 1,
): CartItem[] {
  return [{ productId, productVariantId: variantId, quantity }];
}

/** The same of a product that is new. */
export async function aCart(
  w: World,
  { quantity = 1, ...product }: { quantity?: number } & Parameters<typeof aProduct>[1] = {},
): Promise<CartItem[]> {
  return cartOf(await aProduct(w, product), quantity);
}

/** A complete body of `POST /checkout/session`, as the storefront sends it. */
export function checkoutBody(items: CartItem[], overrides: Record<string, unknown> = {}) {
  return {
    email: `shopper-${String(next())}@example.com`,
    items,
    shippingAddress: {
      fullName: 'Aiko Tremblay',
      line1: '220 4 Ave SE',
      line2: null,
      city: 'Calgary',
      province: 'AB',
      postalCode: 'T2G 4X3',
      countryCode: 'CA',
      phone: null,
    },
    billingSameAsShipping: true,
    customerNote: null,
    ...overrides,
  };
}

export const newKey = () => `checkout-${randomUUID()}`;

/** Sends a checkout; the answer may be a refusal. */
export async function checkout(w: World, body: object, key: string = newKey()): Promise<Response> {
  return w.http.post('/api/v1/checkout/session').set('Idempotency-Key', key).send(body);
}

export type OpenCheckout = {
  body: ReturnType<typeof checkoutBody>;
  key: string;
  orderId: string;
  publicId: string;
  sessionId: string;
  checkoutUrl: string;
};

/** A reserved cart whose payment page is open. */
export async function anOpenCheckout(
  w: World,
  items: CartItem[],
  overrides: Record<string, unknown> = {},
): Promise<OpenCheckout> {
  const body = checkoutBody(items, overrides);
  const key = newKey();
  const response = await checkout(w, body, key);
  if (response.status !== 201) {
    throw new Error(`Checkout was refused: ${String(response.status)} ${response.text}`);
  }
  const opened = (response.body as { data: Omit<OpenCheckout, 'body' | 'key'> }).data;
  return { body, key, ...opened };
}

/** A paid and finalised order; its webhook was delivered and all its mails are sent. */
export async function aPaidOrder(
  w: World,
  items: CartItem[],
  overrides: Record<string, unknown> = {},
): Promise<OpenCheckout> {
  const opened = await anOpenCheckout(w, items, overrides);
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.drain();
  return opened;
}

/** The cookie that opens an order, as the success page sets it. */
export async function guestCookieOf(w: World, sessionId: string): Promise<string> {
  const response = await w.http.get('/api/v1/checkout/success').query({ session_id: sessionId });
  const header: unknown = response.headers['set-cookie'];
  const first: unknown = Array.isArray(header) ? header[0] : undefined;
  if (typeof first !== 'string')
    throw new Error(`No cookie: ${String(response.status)} ${response.text}`);
  return first.split(';')[0] ?? '';
}

/** What becomes of payments whose goods are gone, from now on. */
export async function setLatePayments(
  w: World,
  whenStockIsGone: 'refund' | 'attention',
): Promise<void> {
  const admin = await anAdmin(w);
  const response = await w.http
    .put('/api/v1/admin/settings/late-payments')
    .set('Authorization', `Bearer ${admin.token}`)
    .send({ whenStockIsGone });
  if (response.status !== 200) throw new Error(`The setting was refused: ${response.text}`);
}

export type SignedIn = { token: string; userId: string };

/** The sandbox's admin with a fresh session; our table gives the role, as the operator's command does. */
export async function anAdmin(w: World): Promise<SignedIn> {
  const userId = personIdOf(ADMIN_EMAIL);
  await w.app.database.pool.query(
    `INSERT INTO popbox.users (id, email, role, email_verified) VALUES ($1, $2, 'admin', true)
     ON CONFLICT (id) DO UPDATE SET role = 'admin'`,
    [userId, ADMIN_EMAIL],
  );
  const token = await supabaseOf(w.sandbox.core).issueToken({ email: ADMIN_EMAIL });
  return { token, userId };
}

/** The sandbox's customer, signed in; not known to the shop before his first request. */
export async function aCustomer(w: World): Promise<SignedIn> {
  const token = await supabaseOf(w.sandbox.core).issueToken({ email: CUSTOMER_EMAIL });
  return { token, userId: personIdOf(CUSTOMER_EMAIL) };
}

/** Somebody new at the sign-in provider, with the password of everybody there; not known to the shop before a request. */
export async function aPerson(
  w: World,
  options: { email?: string; isVerified?: boolean } = {},
): Promise<SignedIn & { email: string }> {
  const email = options.email ?? `person-${String(next())}@example.com`;
  const supabase = supabaseOf(w.sandbox.core);
  const nowIso = new Date().toISOString();
  const person = createPerson(email, SEEDED_PASSWORD, nowIso);
  person.emailConfirmedAt = options.isVerified === false ? null : nowIso;
  supabase.auth.people.set(person.id, person);
  return { token: await supabase.issueToken({ email }), userId: person.id, email };
}

/** Somebody new who packs orders; our table gives the role. */
export async function aStaffMember(w: World): Promise<SignedIn & { email: string }> {
  const member = await aPerson(w);
  await w.app.database.pool.query(
    `INSERT INTO popbox.users (id, email, role, email_verified) VALUES ($1, $2, 'staff', true)`,
    [member.userId, member.email],
  );
  return member;
}
