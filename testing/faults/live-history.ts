import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { supabaseOf } from '../../sandbox/supabase/supabase-state.ts';
import { ADMIN_EMAIL } from '../../sandbox/supabase/people.ts';
import type { ChildWorld } from '../child/child-world.ts';
import { checkoutBody, type CartItem } from '../factories.ts';
import { callPatiently, type Answer } from './call-patiently.ts';
import type { Chance } from './seeded-random.ts';
import type { Shelf } from './stock-shop.ts';

export type Count = (what: string) => void;

type History = { w: ChildWorld; shelf: Shelf; random: Chance; name: string; count: Count };

const opened = z.object({ sessionId: z.string(), publicId: z.string(), orderId: z.uuid() });
type Opened = z.infer<typeof opened>;

/** One shopper from cart to end, whatever the providers, the webhooks and the process do meanwhile. */
export async function liveHistory(history: History): Promise<void> {
  const { random, count } = history;
  const page = await openCheckout(history);
  if (page === null) return;
  const fate = random.weighted({ pay: 60, decline: 8, late: 8, delay: 6, fail: 4, leave: 14 });
  count(`fate: ${fate}`);
  if (fate === 'leave') return;
  if (!(await payAs(history, page, fate))) return;
  if (random.chance(0.06)) await makeOdd(history, page, 'second_payment');
  if (random.chance(0.03)) await makeOdd(history, page, 'dashboard_refund');
  const success = random.chance(0.6) ? await visitSuccess(history, page) : null;
  if (success?.cookie && random.chance(0.4)) await openTickets(history, page, success.cookie);
  // At the same time as somebody does it in Stripe's Dashboard, now and then.
  await Promise.all([
    success && random.chance(0.35) ? refund(history, page) : null,
    random.chance(0.04) ? makeOdd(history, page, 'dashboard_refund') : null,
  ]);
}

/** Stripe knows of it at once; the shop has yet to hear of it, perhaps before it has heard of the payment. */
async function makeOdd(
  { w, count }: History,
  { sessionId }: Opened,
  kind: 'second_payment' | 'dashboard_refund',
): Promise<void> {
  const isDone = await w.sandbox.odd(kind, sessionId);
  count(`${kind}: ${isDone ? 'made' : 'nothing to do'}`);
}

async function openCheckout({ w, shelf, random, name, count }: History): Promise<Opened | null> {
  const body = checkoutBody(chooseCart(shelf, random), { email: `${name}@example.com` });
  const send = () =>
    callPatiently(`${w.url}/api/v1/checkout/session`, {
      method: 'POST',
      headers: { 'idempotency-key': `key-of-${name}` },
      body,
    });
  // Some click twice.
  const answers = await Promise.all(random.chance(0.1) ? [send(), send()] : [send()]);
  const pages = answers.flatMap(({ status, data }) => (status === 201 ? [opened.parse(data)] : []));
  const [page] = pages;
  if (pages.some((other) => other.sessionId !== page?.sessionId)) {
    throw new Error(`${name} got two payment pages under one key.`);
  }
  count(page ? 'checkout: opened' : `checkout: ${tell(answers[0])}`);
  return page ?? null;
}

function chooseCart(shelf: Shelf, random: Chance): CartItem[] {
  const kind = random.weighted({ hot: 25, plenty: 40, box: 20, mixed: 15 });
  if (kind === 'hot') return [random.pick(shelf.hot)];
  const some = { ...random.pick(shelf.plenty), quantity: 1 + random.int(3) };
  if (kind === 'plenty') return [some];
  const tickets = { ...random.pick(shelf.boxes), quantity: 1 + random.int(2) };
  return kind === 'box' ? [tickets] : [tickets, some];
}

/** What the shopper does at the payment page, and his bank. True once his money is there. */
async function payAs(
  { w, random, count }: History,
  { sessionId }: Opened,
  fate: 'pay' | 'decline' | 'late' | 'delay' | 'fail',
): Promise<boolean> {
  if (fate === 'decline') w.sandbox.pay(sessionId, 'declined');
  // He thinks it over while the clock jumps and holds end.
  if (fate === 'late') await wait(500 + random.int(4_000));
  const isDelayed = fate === 'delay' || fate === 'fail';
  const result = w.sandbox.pay(sessionId, isDelayed ? 'processing' : 'paid');
  if (result !== 'done') {
    count(`payment: page was ${result}`);
    return false;
  }
  if (isDelayed) {
    await wait(random.int(1_500));
    w.sandbox.settle(sessionId, fate === 'fail' ? 'failed' : 'succeeded');
  }
  count(fate === 'fail' ? 'payment: failed at the bank' : 'payment: made');
  return fate !== 'fail';
}

/** Comes back from the payment page; null if the shop could not say yet that it is paid. */
async function visitSuccess({ w, count }: History, { sessionId }: Opened): Promise<Answer | null> {
  const url = `${w.url}/api/v1/checkout/success?session_id=${sessionId}`;
  const answer = await callPatiently(url, { method: 'GET' });
  count(`success page: ${tell(answer)}`);
  return answer.status === 200 ? answer : null;
}

const ticketList = z.object({
  tickets: z.array(z.object({ id: z.uuid(), prize: z.object({ name: z.string() }).nullable() })),
});

async function openTickets({ w, count }: History, { publicId }: Opened, cookie: string) {
  const tickets = `${w.url}/api/v1/orders/${publicId}/tickets`;
  const listed = await callPatiently(tickets, { method: 'GET', headers: { cookie } });
  const [first] = listed.status === 200 ? ticketList.parse(listed.data).tickets : [];
  if (!first) return;
  const reveal = () =>
    callPatiently(`${tickets}/${first.id}/reveal`, { method: 'POST', headers: { cookie } });
  const [one, two] = await Promise.all([reveal(), reveal()]);
  if (one.status === 200 && two.status === 200 && !isSamePrize(one.data, two.data)) {
    throw new Error(`Ticket ${first.id} showed two prizes.`);
  }
  count(`reveal: ${tell(one)}`);
}

function isSamePrize(one: unknown, two: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}

/** The operator gives some or all of it back, and clicks again if nothing answers. */
async function refund({ w, random, name, count }: History, { orderId }: Opened): Promise<void> {
  const token = await supabaseOf(w.sandbox.core).issueToken({ email: ADMIN_EMAIL });
  const body = random.chance(0.5) ? { amountCents: 1 + random.int(900) } : { restock: true };
  const answer = await callPatiently(`${w.url}/api/v1/admin/orders/${orderId}/refund`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': `refund-of-${name}` },
    body,
  });
  count(`refund: ${tell(answer)}`);
}

function tell(answer: Answer | undefined): string {
  if (!answer || answer.status === null) return 'no answer';
  return answer.code === null ? String(answer.status) : `${String(answer.status)} ${answer.code}`;
}
