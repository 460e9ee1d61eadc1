import { sql, type SQL } from 'drizzle-orm';
import { customType, integer, pgSchema, timestamp, uuid } from 'drizzle-orm/pg-core';

/**
 * All tables live in a schema of their own with row level security on and no policies: a hosted Postgres that
 * serves its public schema over HTTP to whoever holds the browser's key then exposes nothing.
 */
export const popbox = pgSchema('popbox');

/** UUIDv7 made by the app; Postgres before 18 has no `uuidv7()`. */
export const id = () => uuid('id').primaryKey();

/** An instant; microseconds in the database, milliseconds in a `Date`. */
export const instant = (name: string) => timestamp(name, { withTimezone: true });

export const createdAt = () => instant('created_at').notNull().defaultNow();

/** Kept by the trigger `touch_updated_at`, see the migration beside the table's. */
export const updatedAt = () => instant('updated_at').notNull().defaultNow();

export const cents = (name: string) => integer(name).notNull();

/** Text that sorts by its bytes: the same in every database, and after every upgrade of its locale library. */
export const byteOrderedText = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** `column = ANY ('{"a","b"}')` for a CHECK, from the same list that gives the TypeScript type. */
export const oneOf = (column: string, values: readonly string[]) =>
  isListed(sql`${sql.identifier(column)}`, values);

/**
 * The same for what a few columns say together. As one array, not `IN (…)`: Postgres reads the text of every CHECK anew for
 * each statement that writes a row, and an array is a third of the text.
 */
export const isListed = (expression: SQL, values: readonly string[]) =>
  sql`${expression} = ANY (${`{${values.map((value) => `"${value}"`).join()}}`})`.inlineParams();
