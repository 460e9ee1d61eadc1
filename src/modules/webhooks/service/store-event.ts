import { and, eq, type SQL } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/client.ts';
import { insertFreeRows } from '../../../db/prepare-statement.ts';
import { inboundEvents, type INBOUND_PROVIDERS } from '../../../db/schema/webhooks.ts';
import { findUnstorableText } from '../../../http/read-input.ts';
import type { StripeEvent } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { eventQueues } from '../webhooks.queue.ts';
import { hasEffect } from './act-on-stripe-events.ts';
import { NO_EFFECT } from './work-events.ts';

const MAX_ID = 255;
const MAX_TYPE = 120;

type IncomingEvent = Pick<typeof inboundEvents.$inferInsert, 'eventId' | 'type' | 'payload'> & {
  provider: (typeof INBOUND_PROVIDERS)[number];
  objectId: string | null;
  /** Why there is nothing to do about it; null: its work is queued. */
  ignoredBecause: string | null;
};

/**
 * Whether id and type fit their columns, and every text is one that Postgres can keep. Stored cut or cleaned, an event could
 * meet another.
 */
export function isStorable(event: { id: string; type: string }): boolean {
  return (
    event.id.length <= MAX_ID && event.type.length <= MAX_TYPE && findUnstorableText(event) === null
  );
}

/**
 * What is stored of an event of Stripe. Three of the four events of a purchase say nothing that the shop acts on: they are
 * kept and get no job, which would only find that out later and at a price.
 */
export function describeStripeEvent(event: StripeEvent): IncomingEvent {
  return {
    provider: 'stripe',
    eventId: event.id,
    type: event.type,
    objectId: event.objectId,
    payload: event.slim,
    ignoredBecause: hasEffect(event.type) ? null : NO_EFFECT,
  };
}

/** What is stored of bytes that Stripe signed and that are no event. Their digest is their identity: they may come again. */
export function describeMalformed(digest: string): IncomingEvent {
  return {
    provider: 'stripe',
    eventId: `malformed/${digest}`,
    type: 'malformed',
    objectId: null,
    payload: {},
    ignoredBecause: 'Signed by Stripe, but no event as this version of the API knows them.',
  };
}

/**
 * Step: stores an event, if it is not stored yet, and queues its work. One that was stored before but is not done is queued
 * again; its work is safe to repeat.
 *
 * @returns `new`; `known`: stored before and not done; `done`
 */
export async function storeEvent(
  tx: Tx,
  app: App,
  event: IncomingEvent & { now: Date },
): Promise<'new' | 'known' | 'done'> {
  const { provider, ignoredBecause } = event;
  const [id] = await insertFreeRows(tx, inboundEvents, [describeRow(app, event)]);
  if (id !== undefined) {
    if (ignoredBecause === null) {
      await app.queue.enqueue(tx, eventQueues[provider], { inboundId: id });
    }
    return 'new';
  }
  const known = await find(tx, event);
  if (known.isDone) return 'done';
  await app.queue.enqueue(tx, eventQueues[provider], { inboundId: known.id });
  return 'known';
}

/** Writes an event down outside a transaction; false if it is stored already. */
export async function insertEvent(
  db: Db,
  app: Pick<App, 'newId'>,
  event: IncomingEvent & { now: SQL<Date> },
): Promise<boolean> {
  const inserted = await db
    .insert(inboundEvents)
    .values(describeRow(app, event))
    .onConflictDoNothing()
    .returning({ id: inboundEvents.id });
  return inserted.length === 1;
}

function describeRow<Time extends Date | SQL<Date>>(
  app: Pick<App, 'newId'>,
  event: IncomingEvent & { now: Time },
) {
  const { now, ignoredBecause, objectId, ...values } = event;
  return {
    id: app.newId(),
    ...values,
    objectId: objectId !== null && objectId.length <= MAX_ID ? objectId : null,
    ...(ignoredBecause === null
      ? {}
      : { state: 'ignored' as const, reason: ignoredBecause, processedAt: now }),
    createdAt: now,
  };
}

async function find(
  tx: Tx,
  { provider, eventId }: Pick<IncomingEvent, 'provider' | 'eventId'>,
): Promise<{ id: string; isDone: boolean }> {
  const [known] = await tx
    .select({ id: inboundEvents.id, state: inboundEvents.state })
    .from(inboundEvents)
    .where(and(eq(inboundEvents.provider, provider), eq(inboundEvents.eventId, eventId)));
  if (!known) throw new Error('A stored event vanished.');
  return { id: known.id, isDone: known.state === 'processed' || known.state === 'ignored' };
}
