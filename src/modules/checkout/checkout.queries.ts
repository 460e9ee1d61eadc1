import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../db/client.ts';
import { compileQuery } from '../../db/compile-query.ts';
import { prepareStatement } from '../../db/prepare-statement.ts';
import { checkoutAttempts, checkoutSellables } from '../../db/schema/checkout.ts';
import { oneOfIds } from '../../db/one-of.ts';
import { addMs } from '../../kernel/clock.ts';
import {
  namesToLock,
  SHOPPER_LOCKS,
  type ShopperIdentity,
  type ShopperLockValues,
} from './queries/lock-shopper.ts';

export type Sellable = typeof checkoutSellables.$inferSelect;
export type Attempt = typeof checkoutAttempts.$inferSelect;

/**
 * Everything that can be bought of the lines' products, in one read. If a line names a variant that is none of them, another
 * read looks for it elsewhere: one of another product is a wrong request, one that is gone is not.
 */
export async function loadSellables(
  reader: Reader,
  lines: readonly { productId: string; variantId: string | null }[],
): Promise<Sellable[]> {
  const productIds = [...new Set(lines.map((line) => line.productId))];
  const sellables = await sellablesOf(reader, { productIds });
  const known = new Set(sellables.map((sellable) => sellable.variantId));
  const strays = lines.flatMap(({ variantId }) => (known.has(variantId) ? [] : (variantId ?? [])));
  if (strays.length === 0) return sellables;
  const elsewhere = await reader
    .select()
    .from(checkoutSellables)
    .where(inArray(checkoutSellables.variantId, strays));
  return [...sellables, ...elsewhere];
}

const sellablesOf = prepareStatement((db) =>
  db
    .select()
    .from(checkoutSellables)
    .where(sql`${checkoutSellables.productId} = ${oneOfIds('productIds')}`),
);

export type AttemptKey = { actor: string; endpoint: string; idempotencyKey: string };

/** Until when an attempt belongs to the request that runs it: longer than all its calls to Stripe together. */
const ATTEMPT_LEASE_MS = 60_000;

type NewAttempt = AttemptKey & { id: string; bodyHash: string; now: Date };

type AttemptValues = Omit<NewAttempt, 'now'> &
  ShopperLockValues & { orderId: string; leaseUntil: string; now: string };

const newAttempt = compileQuery<{ id: string }, AttemptValues>(sql`
  INSERT INTO popbox.checkout_attempts
    (id, actor, endpoint, idempotency_key, body_hash, order_id, state, lease_until, created_at)
  SELECT ${sql.placeholder('id')}::uuid, ${sql.placeholder('actor')}, ${sql.placeholder('endpoint')},
    ${sql.placeholder('idempotencyKey')}, ${sql.placeholder('bodyHash')}, ${sql.placeholder('orderId')}::uuid, 'running',
    ${sql.placeholder('leaseUntil')}::timestamptz, ${sql.placeholder('now')}::timestamptz
  FROM (SELECT count(*) FROM ${SHOPPER_LOCKS} AS locked) AS waited
  ON CONFLICT DO NOTHING RETURNING id`);

/**
 * Locks the shopper and writes the attempt down, or does not if its key is taken. The row names an order that is inserted
 * later in the same transaction (its foreign key is checked at commit). A concurrent insert of the same key is waited for.
 */
export async function insertAttempt(
  tx: Tx,
  attempt: NewAttempt & { orderId: string; shopper: ShopperIdentity },
): Promise<boolean> {
  const { shopper, now, ...values } = attempt;
  const rows = await newAttempt(tx, {
    ...values,
    ...namesToLock(shopper),
    leaseUntil: addMs(now, ATTEMPT_LEASE_MS).toISOString(),
    now: now.toISOString(),
  });
  return rows.length === 1;
}

/** Remembers that a request was refused, unless its key is known: the key stays bound to its body. */
export async function insertRefusedAttempt(tx: Tx, attempt: NewAttempt): Promise<void> {
  const { now, ...values } = attempt;
  await tx
    .insert(checkoutAttempts)
    .values({ ...values, state: 'failed', leaseUntil: now, createdAt: now })
    .onConflictDoNothing();
}

const sameKey = (key: AttemptKey) =>
  and(
    eq(checkoutAttempts.actor, key.actor),
    eq(checkoutAttempts.endpoint, key.endpoint),
    eq(checkoutAttempts.idempotencyKey, key.idempotencyKey),
  );

export async function findAttempt(reader: Reader, key: AttemptKey): Promise<Attempt | null> {
  const [row] = await reader.select().from(checkoutAttempts).where(sameKey(key));
  return row ?? null;
}

/** Takes over a failed attempt for a new order. False if another request was faster. */
export async function restartAttempt(
  tx: Tx,
  request: { attemptId: string; orderId: string; now: Date },
): Promise<boolean> {
  const taken = await tx
    .update(checkoutAttempts)
    .set({
      state: 'running',
      orderId: request.orderId,
      leaseUntil: addMs(request.now, ATTEMPT_LEASE_MS),
    })
    .where(and(eq(checkoutAttempts.id, request.attemptId), eq(checkoutAttempts.state, 'failed')))
    .returning({ id: checkoutAttempts.id });
  return taken.length === 1;
}

/** Takes over an attempt whose request is gone. False if it is still at work, or another was faster. */
export async function leaseAttempt(
  tx: Tx,
  request: { attemptId: string; now: Date },
): Promise<boolean> {
  const taken = await tx
    .update(checkoutAttempts)
    .set({ leaseUntil: addMs(request.now, ATTEMPT_LEASE_MS) })
    .where(
      and(
        eq(checkoutAttempts.id, request.attemptId),
        eq(checkoutAttempts.state, 'running'),
        lt(checkoutAttempts.leaseUntil, request.now),
      ),
    )
    .returning({ id: checkoutAttempts.id });
  return taken.length === 1;
}

/** Gives a running attempt back at once, so that the client's next try need not wait for the lease to end. */
export async function yieldAttempt(tx: Tx, request: { orderId: string; now: Date }): Promise<void> {
  await tx
    .update(checkoutAttempts)
    .set({ leaseUntil: addMs(request.now, -1) })
    .where(
      and(eq(checkoutAttempts.orderId, request.orderId), eq(checkoutAttempts.state, 'running')),
    );
}

const answeredAttempt = compileQuery<
  object,
  { orderId: string; responseStatus: number; responseBody: string }
>(sql`
  UPDATE popbox.checkout_attempts
  SET state = 'done', response_status = ${sql.placeholder('responseStatus')},
    response_body = ${sql.placeholder('responseBody')}::jsonb
  WHERE order_id = ${sql.placeholder('orderId')}::uuid`);

/** Keeps what an attempt's client is told, in a statement that may be a transaction of its own. */
export async function finishAttempt(
  reader: Reader,
  request: { orderId: string; responseStatus: number; responseBody: unknown },
): Promise<void> {
  await answeredAttempt(reader, { ...request, responseBody: JSON.stringify(request.responseBody) });
}

/** The attempt's call was refused: not burnt, the same body may run again under the key. */
export async function failAttempt(tx: Tx, orderId: string): Promise<void> {
  await tx
    .update(checkoutAttempts)
    .set({ state: 'failed', orderId: null })
    .where(and(eq(checkoutAttempts.orderId, orderId), eq(checkoutAttempts.state, 'running')));
}

/** Forgets a thousand finished attempts from before then, at the most; one that still runs is kept. */
export async function deleteOldAttempts(tx: Tx, before: Date): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    DELETE FROM popbox.checkout_attempts WHERE id IN (
      SELECT id FROM popbox.checkout_attempts WHERE created_at < ${before.toISOString()}::timestamptz
        AND state <> 'running' LIMIT 1000 FOR UPDATE SKIP LOCKED)`);
  return rowCount ?? 0;
}

/** Attempts whose request is gone although their order still waits for its payment page. */
export async function findStalledAttempts(
  reader: Reader,
  request: { now: Date; limit: number },
): Promise<{ id: string; orderId: string }[]> {
  const rows = await reader
    .select({ id: checkoutAttempts.id, orderId: checkoutAttempts.orderId })
    .from(checkoutAttempts)
    .where(and(eq(checkoutAttempts.state, 'running'), lt(checkoutAttempts.leaseUntil, request.now)))
    .orderBy(checkoutAttempts.leaseUntil)
    .limit(request.limit);
  return rows.flatMap(({ id, orderId }) => (orderId === null ? [] : [{ id, orderId }]));
}
