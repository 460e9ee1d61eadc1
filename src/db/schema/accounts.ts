import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, oneOf, popbox, updatedAt } from './columns.ts';

export const USER_ROLES = ['admin', 'staff', 'customer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** One row per identity at the sign-in provider, with the same id. The role lives here and nowhere else. */
export const users = popbox
  .table(
    'users',
    {
      id: id(),
      email: varchar('email', { length: 320 }).notNull(),
      role: varchar('role', { length: 16, enum: USER_ROLES }).notNull().default('customer'),
      /** Remembered until the e-mail changes, so that a page view needs no call to the provider. */
      emailVerified: boolean('email_verified').notNull().default(false),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('users_email').on(t.email),
      check('users_role', oneOf('role', USER_ROLES)),
      check('users_email_normalised', sql`email = lower(btrim(email)) AND email <> ''`),
    ],
  )
  .enableRLS();

/** What staff search customers by; see `orderSearchText`. */
export const customerSearchText = sql`(' ' || email || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, ''))`;

/** People who paid at least once or opened an account; one per e-mail. */
export const customers = popbox
  .table(
    'customers',
    {
      id: id(),
      email: varchar('email', { length: 320 }).notNull(),
      firstName: varchar('first_name', { length: 120 }),
      lastName: varchar('last_name', { length: 120 }),
      phone: varchar('phone', { length: 40 }),
      userId: uuid('user_id').references(() => users.id, { onDelete: 'restrict' }),
      /** Since then the row only keeps orders together; who it was is gone. */
      erasedAt: instant('erased_at'),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('customers_email').on(t.email),
      uniqueIndex('customers_user').on(t.userId),
      index('customers_created').on(t.createdAt, t.id),
      index('customers_search').using('gin', sql`${customerSearchText} gin_trgm_ops`),
      check('customers_email_normalised', sql`email = lower(btrim(email)) AND email <> ''`),
      check(
        'customers_erased',
        sql`erased_at IS NULL OR (email LIKE 'erased-%@erased.invalid' AND first_name IS NULL AND last_name IS NULL
          AND phone IS NULL AND user_id IS NULL)`,
      ),
    ],
  )
  .enableRLS();

/** How many orders a customer has paid for; no row for one who never did. */
export const customerOrders = popbox
  .view('customer_orders', {
    customerId: uuid('customer_id').notNull(),
    orderCount: integer('order_count').notNull(),
  })
  .existing();
