import { sql } from 'drizzle-orm';
import { check, index, integer, varchar } from 'drizzle-orm/pg-core';
import { createdAt, instant, oneOf, popbox } from './columns.ts';

/**
 * - `unclaimed`: it may still get a row that shows it; deleted only if it is due and has none
 * - `condemned`: nothing shows it, and nothing may any more
 */
export const DELETION_STATES = ['unclaimed', 'condemned'] as const;

/** Why an object is, or may become, nobody's. For the operator. */
export const DELETION_REASONS = [
  'upload_unfinished',
  'upload_failed',
  'never_used',
  'removed',
] as const;
export type DeletionReason = (typeof DELETION_REASONS)[number];

/**
 * Objects in the storage that are to go. A key is written here before its object exists, and leaves with the row that
 * shows the object, so no crash between the two can leave one without the other.
 */
export const storageDeletions = popbox
  .table(
    'storage_deletions',
    {
      key: varchar('key', { length: 255 }).primaryKey(),
      state: varchar('state', { length: 16, enum: DELETION_STATES }).notNull(),
      reason: varchar('reason', { length: 32, enum: DELETION_REASONS }).notNull(),
      dueAt: instant('due_at').notNull(),
      /** Tries to delete the object. */
      attempts: integer('attempts').notNull().default(0),
      createdAt: createdAt(),
    },
    (t) => [
      index('storage_deletions_due').on(t.dueAt),
      check('storage_deletions_state', oneOf('state', DELETION_STATES)),
      check('storage_deletions_reason', oneOf('reason', DELETION_REASONS)),
      check('storage_deletions_attempts', sql`attempts >= 0`),
    ],
  )
  .enableRLS();
