import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import { anonymiseGuests, claimOldGuests } from '../../accounts/index.ts';
import { deleteOldMessages } from '../../content/index.ts';
import { claimOutdatedOrders, findCustomersInOrders } from '../../orders/index.ts';
import { eraseMails, eraseOldMails, eraseOldSuppressions } from '../../outbox/index.ts';
import { loadRetentionPolicy, type RetentionPolicy } from '../../settings/index.ts';
import { forgetPayloads } from '../../webhooks/index.ts';
import { eraseOrders } from './erase-orders.ts';

/** Small enough that nobody waits long for a row, and many, because the first run may have years to do. */
const BATCH = 100;
const MAX_BATCHES = 200;

/** A year and its leap day: never a day too early. */
const YEAR_MS = 366 * DAY_MS;

export type Forgotten = {
  orders: number;
  customers: number;
  messages: number;
  mails: number;
  suppressions: number;
  events: number;
};

type Batch = (tx: Tx, now: Date) => Promise<number>;

/**
 * Job: lets personal data go when its time is over, in short transactions that pass over what somebody else has locked.
 * How long each kind is kept is a setting. What is not reached today is reached tomorrow.
 */
export async function forgetPersonalData(app: App): Promise<Forgotten> {
  const policy = await loadRetentionPolicy(app.database.db);
  const forgotten = {
    orders: await inBatches(app, 'forget orders', forgetOrders(policy)),
    customers: await forgetGuests(app, policy),
    messages: await inBatches(app, 'forget messages', forgetMessages(policy)),
    mails: await inBatches(app, 'forget mails', (tx, now) =>
      eraseOldMails(tx, { before: daysBefore(now, policy.mailDays), limit: BATCH, now }),
    ),
    suppressions: await inBatches(app, 'forget suppressed addresses', (tx, now) =>
      eraseOldSuppressions(tx, app, { before: daysBefore(now, policy.mailDays), limit: BATCH }),
    ),
    events: await inBatches(app, 'forget payloads', (tx, now) =>
      forgetPayloads(tx, { before: daysBefore(now, policy.eventDays), limit: BATCH }),
    ),
  };
  app.log.info(forgotten, 'personal data forgotten');
  return forgotten;
}

function forgetOrders(policy: RetentionPolicy): Batch {
  return async (tx, now) => {
    const orders = await claimOutdatedOrders(tx, {
      paidBefore: addMs(now, -policy.paidOrderYears * YEAR_MS),
      unpaidBefore: daysBefore(now, policy.unpaidOrderDays),
      limit: BATCH,
    });
    await eraseOrders(tx, { orderIds: orders.map(({ id }) => id), now });
    return orders.length;
  };
}

/** Guests of whom no order tells any more. Those who have an account ask for it themselves. */
async function forgetGuests(app: App, policy: RetentionPolicy): Promise<number> {
  let total = 0;
  let afterId = '00000000-0000-0000-0000-000000000000';
  for (let n = 0; n < MAX_BATCHES; n += 1) {
    const batch = await inTx(app, 'forget guests', async (tx, now) => {
      const before = addMs(now, -policy.paidOrderYears * YEAR_MS);
      const claimed = await claimOldGuests(tx, { before, afterId, limit: BATCH });
      const needed = new Set(await findCustomersInOrders(tx, claimed));
      const ids = claimed.filter((id) => !needed.has(id));
      await anonymiseGuests(tx, { ids, now });
      return { erased: ids.length, lastId: claimed.at(-1) };
    });
    total += batch.erased;
    if (batch.lastId === undefined) break;
    afterId = batch.lastId;
  }
  return total;
}

function forgetMessages(policy: RetentionPolicy): Batch {
  return async (tx, now) => {
    const before = daysBefore(now, policy.contactDays);
    const keys = await deleteOldMessages(tx, { before, limit: BATCH });
    await eraseMails(tx, { email: null, orderIds: [], keys }, now);
    return keys.length;
  };
}

async function inBatches(app: App, label: string, batch: Batch): Promise<number> {
  let total = 0;
  for (let n = 0; n < MAX_BATCHES; n += 1) {
    const done = await inTx(app, label, batch);
    total += done;
    if (done < BATCH) break;
  }
  return total;
}

function daysBefore(now: Date, days: number): Date {
  return addMs(now, -days * DAY_MS);
}
