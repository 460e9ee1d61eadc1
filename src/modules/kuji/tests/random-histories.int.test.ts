import fc from 'fast-check';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKuji, aPaidOrder } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { kujiHolds } from '../../../db/schema/kuji.ts';
import { orderLines } from '../../../db/schema/orders.ts';
import { payments } from '../../../db/schema/payments.ts';
import { closeDueSets, closeSet, everyStepFits, verifyAudit } from '../index.ts';
import { parseManifest } from '../service/show-set.ts';
import {
  expectAuditToVerify,
  logOf,
  openTicket,
  sealsOf,
  setOf,
  takeBack,
  ticketsOf,
} from './look-at-set.ts';
import { entriesOf, PlayedSet } from './play-set.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const DAY_MS = 24 * 3_600_000;

const action = fc.record({
  kind: fc.constantFrom('buy', 'buy', 'buy', 'reveal', 'refund', 'refund'),
  quantity: fc.integer({ min: 1, max: 3 }),
  pick: fc.nat(),
});

/** The payment and the place in the order of holds of a bought order. */
async function traceOf(orderId: string): Promise<{ intent: string; holdSeq: number }> {
  const { db } = w.app.database;
  const [payment] = await db.select().from(payments).where(eq(payments.orderId, orderId));
  const [hold] = await db
    .select({ holdSeq: kujiHolds.holdSeq })
    .from(kujiHolds)
    .innerJoin(orderLines, eq(orderLines.id, kujiHolds.orderLineId))
    .where(eq(orderLines.orderId, orderId));
  return { intent: payment?.intentId ?? '', holdSeq: hold?.holdSeq ?? 0 };
}

async function expectEverythingPublished(setId: string): Promise<void> {
  const answer = await w.http.get(`/api/v1/kuji/sets/${setId}/audit`);
  const steps = await verifyAudit((answer.body as { data: unknown }).data);
  expect(steps.filter((step) => !step.ok || step.skipped === true)).toEqual([]);
  expect(everyStepFits(steps)).toBe(true);
}

/** Ends the box as the shop and time do: early if tickets are left, and published after thirty days. */
async function bringToItsEnd(productId: string): Promise<void> {
  const { id: setId, state } = await setOf(w, productId);
  if (state === 'open') {
    await closeSet(w.app, { setId, reason: 'the end', actor: 'test', requestId: null });
    await expectAuditToVerify(w, setId);
  }
  w.clock.offsetMs = 31 * DAY_MS;
  try {
    await closeDueSets(w.app);
  } finally {
    w.clock.offsetMs = 0;
  }
  expect(await setOf(w, productId)).toMatchObject({
    state: 'closed',
    publishedAt: expect.any(Date) as Date,
  });
}

it('I22 whatever is bought, opened and refunded, the log is that of an honest shop, and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 5 }),
      fc.boolean(),
      fc.array(action, { minLength: 4, maxLength: 14 }),
      async (tickets, lastOne, actions) => {
        const { productId } = await aKuji(w, { tickets, lastOne });
        const set = await setOf(w, productId);
        const [seal] = await sealsOf(w, set.id);
        if (!seal) throw new Error('The box was not sealed.');
        // The same box in memory, played by the published rules.
        const honest = new PlayedSet(parseManifest(seal.manifest), new Uint8Array(seal.seed));
        for (const { kind, quantity, pick } of actions) {
          if (kind === 'buy') {
            if (honest.freeCount < quantity) continue;
            const { orderId } = await aPaidOrder(w, [{ productId, quantity }]);
            const { intent, holdSeq } = await traceOf(orderId);
            honest.buy(intent, quantity, holdSeq);
            continue;
          }
          const live = (await ticketsOf(w, set.id)).filter(({ voidedAt }) => voidedAt === null);
          const numbered = live.filter((ticket) => ticket.kind === 'number');
          const ticket = numbered[pick % Math.max(1, numbered.length)];
          if (!ticket) continue;
          if (kind === 'refund') {
            await takeBack(w, ticket);
            honest.refund(ticket.number);
          } else {
            // A second look at a winner opens the Last One.
            const next = live.find(
              ({ number, revealedAt }) => number === ticket.number && revealedAt === null,
            );
            if (next) await openTicket(w, next);
            honest.reveal(ticket.number);
          }
        }
        expect(await logOf(w, set.id)).toEqual(entriesOf(honest.publish({ withSeed: false })));
        await expectAuditToVerify(w, set.id);
        await bringToItsEnd(productId);
        await expectEverythingPublished(set.id);
      },
    ),
    { numRuns: 8 },
  );
}, 120_000);
