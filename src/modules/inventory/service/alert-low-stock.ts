import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { enqueueMail } from '../../outbox/index.ts';
import { loadMailSettings } from '../../settings/index.ts';
import { writeLowStock } from '../mails/write-low-stock.ts';
import { claimLowStock, rearmRestocked } from '../queries/claim-low-stock.ts';

/** As many as somebody reads in one mail. */
const BATCH = 100;
const MAX_MAILS = 3;

/**
 * Job: tells the shop what has fallen to its threshold, all of it in one mail, each item once until it is restocked. What
 * counts is stock on hand: goods that are only held may come back. Never part of a sale, which must not wait for it.
 * Answers how many items were told.
 */
export async function alertLowStock(app: App): Promise<number> {
  let told = 0;
  for (let mails = 0; mails < MAX_MAILS; mails += 1) {
    const count = await tellBatch(app);
    told += count;
    if (count < BATCH) break;
  }
  return told;
}

function tellBatch(app: App): Promise<number> {
  return inTx(app, 'inventory.alert-low-stock', async (tx, now) => {
    if (!(await loadMailSettings(tx)).lowStockAlert) return 0;
    await rearmRestocked(tx);
    const items = await claimLowStock(tx, { limit: BATCH, now });
    if (items.length === 0) return 0;
    await enqueueMail(tx, app, {
      ...writeLowStock(items, `${app.config.adminBaseUrl}/products`),
      key: `low-stock/${app.newId()}`,
      kind: 'low-stock',
      orderId: null,
      recipient: app.config.mail.orderNotificationTo,
      replyTo: null,
      secret: null,
      now,
    });
    return items.length;
  });
}
