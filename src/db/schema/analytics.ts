import { integer, uuid } from 'drizzle-orm/pg-core';
import { instant, popbox } from './columns.ts';

/** Units that were paid and not given back, per order line. */
export const analyticsPaidLines = popbox
  .view('analytics_paid_lines', {
    productId: uuid('product_id').notNull(),
    quantity: integer('quantity').notNull(),
    paidAt: instant('paid_at').notNull(),
  })
  .existing();

/** Units that somebody is paying for right now. A sold one is no longer here: its order line counts. */
export const analyticsLiveHolds = popbox
  .view('analytics_live_holds', {
    productId: uuid('product_id').notNull(),
    quantity: integer('quantity').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  })
  .existing();
