import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { aKuji, aPaidOrder } from '../../../../testing/factories.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';
import { auditEntries } from '../../../db/schema/audit.ts';
import { closeDueSets, closeSet, everyStepFits, verifyAudit } from '../index.ts';
import {
  expectAuditToVerify,
  logOf,
  openTicket,
  prizesOf,
  setOf,
  takeBack,
  ticketsOf,
} from './look-at-set.ts';
import { stopAtSet } from './stop-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 12 });
});
afterEach(() => {
  w.clock.offsetMs = 0;
});
afterAll(() => w.close());

const DAY_MS = 24 * 3_600_000;
const BY = { actor: 'test', requestId: null };

async function aSoldBox(tickets: number, sold = tickets) {
  const kuji = await aKuji(w, { tickets });
  await aPaidOrder(w, [{ productId: kuji.productId, quantity: sold }]);
  const set = await setOf(w, kuji.productId);
  return { productId: kuji.productId, set, tickets: await ticketsOf(w, set.id) };
}

const typesOf = async (setId: string) => (await logOf(w, setId)).map(({ type }) => type);
const stateOf = async (productId: string) => {
  const { state, publishedAt } = await setOf(w, productId);
  return { state, isPublished: publishedAt !== null };
};

/** With the seed nothing is left unchecked. */
async function expectFullProof(setId: string): Promise<void> {
  const answer = await w.http.get(`/api/v1/kuji/sets/${setId}/audit`);
  const steps = await verifyAudit((answer.body as { data: unknown }).data);
  expect(steps.filter((step) => !step.ok || step.skipped === true)).toEqual([]);
  expect(everyStepFits(steps)).toBe(true);
}

it('closes and publishes a sold-out box as soon as all of it is opened, the Last One included', async () => {
  const { productId, set, tickets } = await aSoldBox(3);
  const [lastOne] = tickets.filter(({ kind }) => kind === 'last_one');
  if (!lastOne) throw new Error('No Last One was awarded.');
  for (const ticket of tickets) if (ticket !== lastOne) await openTicket(w, ticket);
  await closeDueSets(w.app);
  expect(await stateOf(productId)).toEqual({ state: 'sold_out', isPublished: false });
  await openTicket(w, lastOne);
  expect(await closeDueSets(w.app)).toEqual({ published: 1 });
  expect(await stateOf(productId)).toEqual({ state: 'closed', isPublished: true });
  expect((await logOf(w, set.id)).at(-1)).toEqual({ type: 'closed', reason: 'sold out' });
  expect((await setOf(w, productId)).closeReason).toBe('sold out');
  await expectFullProof(set.id);
  expect(await closeDueSets(w.app)).toEqual({ published: 0 });
});

it('opens what is left thirty days after a box sold out, and not a day before', async () => {
  const { productId, set, tickets } = await aSoldBox(4);
  const [first] = tickets;
  if (!first) throw new Error('Nothing was sold.');
  await openTicket(w, first);
  w.clock.offsetMs = 29 * DAY_MS;
  await closeDueSets(w.app);
  expect(await stateOf(productId)).toEqual({ state: 'sold_out', isPublished: false });
  w.clock.offsetMs = 30 * DAY_MS;
  await closeDueSets(w.app);
  expect(await stateOf(productId)).toEqual({ state: 'closed', isPublished: true });
  expect((await typesOf(set.id)).slice(-6)).toEqual([
    'reveal',
    'reveal',
    'reveal',
    'reveal',
    'reveal',
    'closed',
  ]);
  expect((await prizesOf(w, set.id)).map((prize) => prize.revealedCount)).toEqual([1, 3, 1]);
  expect((await ticketsOf(w, set.id)).every(({ revealedAt }) => revealedAt !== null)).toBe(true);
  await expectFullProof(set.id);
  const entries = await w.app.database.db
    .select({ action: auditEntries.action, after: auditEntries.after })
    .from(auditEntries)
    .where(eq(auditEntries.targetId, set.id));
  expect(entries).toContainEqual({
    action: 'kuji_set.published',
    after: { state: 'closed', openedByJob: 4 },
  });
});

it('publishes a box that was ended early thirty days later, without closing it twice', async () => {
  const { productId, set } = await aSoldBox(5, 2);
  await closeSet(w.app, { ...BY, setId: set.id, reason: 'damaged' });
  await closeDueSets(w.app);
  expect(await stateOf(productId)).toEqual({ state: 'closed', isPublished: false });
  w.clock.offsetMs = 30 * DAY_MS;
  await closeDueSets(w.app);
  expect(await stateOf(productId)).toEqual({ state: 'closed', isPublished: true });
  expect(await typesOf(set.id)).toEqual(['draw', 'draw', 'closed', 'reveal', 'reveal']);
  expect((await setOf(w, productId)).closeReason).toBe('damaged');
  await expectFullProof(set.id);
});

// Until the seed is there, a verifier would take it for withheld.
it('an ended box is published with the last ticket that its owner opens', async () => {
  const { productId, set, tickets } = await aSoldBox(5, 2);
  await closeSet(w.app, { ...BY, setId: set.id, reason: 'damaged' });
  const [first, second] = tickets;
  if (!first || !second) throw new Error('Two tickets were sold.');
  await openTicket(w, first);
  expect(await stateOf(productId)).toEqual({ state: 'closed', isPublished: false });
  await expectAuditToVerify(w, set.id);
  await openTicket(w, second);
  expect(await stateOf(productId)).toEqual({ state: 'closed', isPublished: true });
  await expectFullProof(set.id);
});

it('the thirty days of a box that was reopened begin again when it sells out again', async () => {
  const { productId, set, tickets } = await aSoldBox(2);
  const [first] = tickets;
  if (!first) throw new Error('Nothing was sold.');
  w.clock.offsetMs = 20 * DAY_MS;
  await takeBack(w, first);
  await closeDueSets(w.app);
  expect((await stateOf(productId)).state).toBe('open');
  await aPaidOrder(w, [{ productId, quantity: 1 }]);
  w.clock.offsetMs = 40 * DAY_MS;
  await closeDueSets(w.app);
  expect((await stateOf(productId)).state).toBe('sold_out');
  w.clock.offsetMs = 51 * DAY_MS;
  await closeDueSets(w.app);
  expect(await stateOf(productId)).toEqual({ state: 'closed', isPublished: true });
  await expectFullProof(set.id);
});

// Red if what was found decides: tickets that were bought a minute ago would be opened for their owner.
it('judges each box again when its turn comes: it may have been sold anew', async () => {
  const boxes = [await aSoldBox(2), await aSoldBox(2)].sort((a, b) =>
    a.set.id < b.set.id ? -1 : 1,
  );
  const [first, second] = boxes;
  const [returned] = second?.tickets ?? [];
  if (!first || !second || !returned) throw new Error('Nothing was sold.');
  w.clock.offsetMs = 30 * DAY_MS;
  // At the tickets of the first box the run stops, after it has found both.
  const client = await w.app.database.pool.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM popbox.kuji_tickets WHERE set_id = $1 FOR UPDATE', [
    first.set.id,
  ]);
  const run = closeDueSets(w.app);
  await untilBlocked(w, 1);
  await takeBack(w, returned);
  await aPaidOrder(w, [{ productId: second.productId, quantity: 1 }]);
  await client.query('COMMIT');
  client.release();
  expect(await run).toEqual({ published: 1 });
  expect((await stateOf(first.productId)).isPublished).toBe(true);
  expect(await stateOf(second.productId)).toEqual({ state: 'sold_out', isPublished: false });
  expect((await ticketsOf(w, second.set.id)).every(({ revealedAt }) => revealedAt === null)).toBe(
    true,
  );
});

it('passes over a box that somebody works on, and several runs at once publish each box once', async () => {
  const busy = await aSoldBox(2);
  const others = [await aSoldBox(2), await aSoldBox(3)];
  w.clock.offsetMs = 30 * DAY_MS;
  const letGo = await stopAtSet(w, busy.set.id);
  const runs = await Promise.all([1, 2, 3].map(() => closeDueSets(w.app)));
  expect(runs.reduce((sum, { published }) => sum + published, 0)).toBe(2);
  await letGo();
  // Passed over, not waited for in vain.
  expect(w.logLines.filter((line) => line.includes('could not be published'))).toEqual([]);
  expect((await stateOf(busy.productId)).state).toBe('sold_out');
  for (const { productId, set } of others) {
    expect((await stateOf(productId)).state).toBe('closed');
    expect((await typesOf(set.id)).filter((type) => type === 'closed')).toHaveLength(1);
    await expectFullProof(set.id);
  }
  expect(await closeDueSets(w.app)).toEqual({ published: 1 });
});
