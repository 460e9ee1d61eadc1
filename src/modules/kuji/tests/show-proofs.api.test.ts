import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKuji, aPaidOrder, guestCookieOf } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { kujiSets } from '../../../db/schema/kuji.ts';
import { payments } from '../../../db/schema/payments.ts';
import { newId } from '../../../kernel/ids.ts';
import { createProduct } from '../../catalog/index.ts';
import { setKujiOnHand } from '../../inventory/index.ts';
import { revealAll, revealTicket, verifyAudit, verifyProof, viewTickets } from '../index.ts';
import { lockSets } from '../queries/lock-sets.ts';
import { appendLog } from '../service/append-log.ts';
import { logOf, prizesOf, sealsOf, setOf, ticketsOf } from './look-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

async function get(
  path: string,
): Promise<{ status: number; code: unknown; data: unknown; text: string }> {
  const answer = await w.http.get(`/api/v1/kuji${path}`);
  const { status, text } = answer;
  const { data, errors } = answer.body as { data: unknown; errors?: { code?: unknown } };
  return { status, code: errors?.code, data, text };
}

const dataOf = async (path: string) => (await get(path)).data as Record<string, unknown>;

async function aSoldTicket(quantity = 1, tickets = 12) {
  const kuji = await aKuji(w, { tickets });
  const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity }]);
  const set = await setOf(w, kuji.productId);
  const [ticket] = await ticketsOf(w, set.id);
  if (!ticket) throw new Error('No ticket was drawn.');
  return { kuji, order, set, ticket };
}

describe('before the reveal', () => {
  it('I24 no answer contains the prize of a closed ticket', async () => {
    const { kuji, order, set, ticket } = await aSoldTicket(12);
    const cookie = await guestCookieOf(w, order.sessionId);
    const own = (path: string) =>
      w.http.get(`/api/v1/orders/${order.publicId}${path}`).set('Cookie', cookie);
    const success = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: order.sessionId });
    const bodies = [
      (await own('')).text,
      (await own('/tickets')).text,
      success.text,
      (await get(`/sets/${set.id}`)).text,
      (await get(`/sets/${set.id}/log`)).text,
      (await get(`/sets/${set.id}/audit`)).text,
      (await get(`/tickets/${ticket.ticketNumber}/proof`)).text,
      JSON.stringify(await viewTickets(w.app.database.db, w.app.storage, [order.orderId])),
      ...w.sandbox.mails().map((mail) => mail.html + mail.text),
      ...w.logLines,
    ];
    const [seal] = await sealsOf(w, set.id);
    const prizes = await prizesOf(w, set.id);
    const secrets = [
      ...kuji.prizeNames,
      ...prizes.map(({ id }) => id),
      seal?.seed.toString('hex') ?? '',
    ];
    for (const secret of secrets) {
      expect(secret).not.toBe('');
      expect(bodies.filter((body) => body.includes(secret))).toEqual([]);
    }
    // A board that is sold and closed looks as full as before, prize by prize.
    const product = await w.http.get(`/api/v1/products/${kuji.slug}`);
    const { data } = product.body as { data: { kujiPrizes: unknown; soldUnopenedTickets: number } };
    expect(data.kujiPrizes).toMatchObject([
      { prizeCode: 'A', remainingQuantity: 1 },
      { prizeCode: 'D', remainingQuantity: 11 },
      { prizeCode: 'LO', remainingQuantity: 1 },
    ]);
    expect(data.soldUnopenedTickets).toBe(12);
  });

  it('there is no proof', async () => {
    const { ticket, set } = await aSoldTicket();
    for (const number of [ticket.ticketNumber, `K${set.setCode}-LO`, 'KXXXX-0001']) {
      expect(await get(`/tickets/${number}/proof`)).toMatchObject({
        status: 404,
        code: 'KUJI_PROOF_NOT_FOUND',
      });
    }
  });
});

describe('the proof of an opened ticket', () => {
  it('is none of a Last One: it was never in the deck', async () => {
    const { order, set } = await aSoldTicket(2, 2);
    await inTx(w.app, 'test.reveal', (tx, now) => revealAll(tx, { orderId: order.orderId, now }));
    const lastOne = (await ticketsOf(w, set.id)).find(({ kind }) => kind === 'last_one');
    expect(lastOne?.revealedAt).not.toBeNull();
    expect(await get(`/tickets/${lastOne?.ticketNumber ?? ''}/proof`)).toMatchObject({
      status: 404,
      code: 'KUJI_PROOF_NOT_FOUND',
    });
  });

  it('verifies against the set, the audit and the buyer’s payment', async () => {
    const { order, set, ticket } = await aSoldTicket(2);
    await inTx(w.app, 'test.reveal', (tx, now) =>
      revealTicket(tx, { ticketId: ticket.id, orderId: order.orderId, now }),
    );
    const proof = await dataOf(`/tickets/${ticket.ticketNumber.toLowerCase()}/proof`);
    const [payment] = await w.app.database.db
      .select()
      .from(payments)
      .where(eq(payments.orderId, order.orderId));
    const intent = payment?.intentId ?? '';
    for (const published of [`/sets/${set.id}`, `/sets/${set.id}/audit`]) {
      const steps = await verifyProof(proof, await dataOf(published), intent);
      expect(steps.filter((step) => !step.ok || step.skipped === true)).toEqual([]);
    }
    const stranger = await verifyProof(proof, await dataOf(`/sets/${set.id}/audit`), 'pi_other');
    expect(stranger.at(-1)).toMatchObject({ name: 'Payment', ok: false });
    const [view] = await viewTickets(w.app.database.db, w.app.storage, [order.orderId]);
    expect(proof.prizeCode).toBe(view?.prize?.prizeCode);
  });
});

describe('a set', () => {
  it('shows what was promised and how many are sold and opened', async () => {
    const { order, set, ticket } = await aSoldTicket(3);
    await inTx(w.app, 'test.reveal', (tx, now) =>
      revealTicket(tx, { ticketId: ticket.id, orderId: order.orderId, now }),
    );
    const shown = await dataOf(`/sets/${set.id}`);
    expect(shown).toMatchObject({
      state: 'open',
      setNumber: 1,
      manifest: { version: 'kuji/1', tickets: 12 },
      counts: { total: 12, sold: 3, revealed: 1 },
      log: { length: 4 },
      abortedSeals: [],
    });
    expect(shown).not.toHaveProperty('seed');
    expect(shown).not.toHaveProperty('deck');
  });

  it('shows seed and deck when it is published, and then every step of its audit is checked', async () => {
    const { order, set } = await aSoldTicket(3, 5);
    await inTx(w.app, 'test.publish', async (tx, now) => {
      await revealAll(tx, { orderId: order.orderId, now });
      const [locked] = await lockSets(tx, [set.id]);
      if (!locked) throw new Error('The set is gone.');
      const closed = { state: 'closed' as const, closedAt: now, closeReason: 'test' };
      await appendLog(tx, {
        set: locked,
        entries: [{ type: 'closed', reason: 'test' }],
        change: { ...closed, publishedAt: now },
        now,
      });
      // As ending a sale early does: what is left in the box is no longer for sale.
      const productId = set.productId;
      await setKujiOnHand(tx, { productId, onHand: 0, now, actor: 'test', note: 'closed' });
    });
    const shown = await dataOf(`/sets/${set.id}`);
    const [seal] = await sealsOf(w, set.id);
    expect(shown).toMatchObject({ state: 'closed', seed: seal?.seed.toString('hex') });
    const deck = shown.deck as { isSold: boolean; prizeCode: string }[];
    expect(deck.filter(({ isSold }) => isSold)).toHaveLength(3);
    expect(deck.map(({ prizeCode }) => prizeCode).toSorted()).toEqual(['A', 'D', 'D', 'D', 'D']);
    const steps = await verifyAudit(await dataOf(`/sets/${set.id}/audit`));
    expect(steps.filter((step) => !step.ok || step.skipped === true)).toEqual([]);
  });

  it('keeps its seed while it is closed early and not published', async () => {
    const { set } = await aSoldTicket();
    const closed = { state: 'closed', closedAt: set.createdAt, closeReason: 'test' } as const;
    await w.app.database.db.update(kujiSets).set(closed).where(eq(kujiSets.id, set.id));
    for (const path of [`/sets/${set.id}`, `/sets/${set.id}/audit`]) {
      const shown = await dataOf(path);
      expect(shown).not.toHaveProperty('seed');
      expect(shown).not.toHaveProperty('deck');
    }
  });

  it('in preparation, or unknown, is not found', async () => {
    const { id: productId } = await createProduct(w.app, {
      actor: 'test',
      requestId: null,
      name: 'Tomorrow',
      productType: 'kuji',
      status: 'draft',
      priceCents: 100,
      collectionIds: [],
    });
    const draft = await setOf(w, productId);
    for (const id of [draft.id, newId()]) {
      for (const path of [`/sets/${id}`, `/sets/${id}/log`, `/sets/${id}/audit`]) {
        expect(await get(path)).toMatchObject({ status: 404, code: 'KUJI_SET_NOT_FOUND' });
      }
    }
    expect(await get('/sets/nonsense')).toMatchObject({ status: 400 });
  });

  it('pages through its log, oldest first', async () => {
    const { set } = await aSoldTicket(5);
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const page = (await dataOf(`/sets/${set.id}/log?limit=2&cursor=${cursor}`)) as {
        items: unknown[];
        nextCursor: string | null;
      };
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items);
      cursor = page.nextCursor ?? '';
    } while (cursor !== '');
    expect(seen).toMatchObject(await logOf(w, set.id));
    expect(seen).toEqual((await dataOf(`/sets/${set.id}/audit`)).log);
  });
});
