import { sql } from 'drizzle-orm';
import { jsonb, text, varchar } from 'drizzle-orm/pg-core';
import { check } from 'drizzle-orm/pg-core';
import { popbox, updatedAt } from './columns.ts';

/** One row per group of settings; the value's shape is checked by its zod schema when read. */
export const settings = popbox
  .table(
    'settings',
    {
      key: varchar('key', { length: 64 }).primaryKey(),
      value: jsonb('value').notNull(),
      updatedBy: text('updated_by'),
      updatedAt: updatedAt(),
    },
    () => [check('settings_value_is_object', sql`jsonb_typeof(value) = 'object'`)],
  )
  .enableRLS();
