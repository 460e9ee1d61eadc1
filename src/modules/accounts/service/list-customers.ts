import { and, desc, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { customerOrders, customers, customerSearchText } from '../../../db/schema/accounts.ts';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import { holdsWord } from '../../../http/search-words.ts';
import type { App } from '../../../kernel/app.ts';
import { findSuppressions, presentSuppression } from '../../outbox/index.ts';
import type { CustomerItem, ListCustomersQuery } from '../accounts.customers-contract.ts';

export type CustomerPage = { items: CustomerItem[]; nextCursor: string | null };

/** In full precision: a `Date` keeps milliseconds and would skip customers who share one. */
const createdAtText = sql<string>`to_char(${customers.createdAt} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'`;

const positionSchema = z.strictObject({ createdAt: cursorInstant, id: z.guid() });

/** One page of the customers, the newest first, each with the number of orders paid and whether mail reaches them. */
export async function listCustomers(app: App, query: ListCustomersQuery): Promise<CustomerPage> {
  const { search, cursor, limit } = query;
  const after = decodeCursor(cursor, positionSchema);
  const { db } = app.database;
  const rows = await db
    .select({ customer: customers, createdAtText })
    .from(customers)
    .where(
      and(
        ...search.map((word) => holdsWord(customerSearchText, word)),
        after === null
          ? undefined
          : sql`(${customers.createdAt}, ${customers.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
      ),
    )
    .orderBy(desc(customers.createdAt), desc(customers.id))
    // One more than shown tells whether there is a next page.
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const counts = await countOrders(
    app,
    shown.map(({ customer }) => customer.id),
  );
  const suppressions = await findSuppressions(
    db,
    app,
    shown.map(({ customer }) => customer.email),
  );
  const last = shown.at(-1);
  return {
    items: shown.map(({ customer }) => {
      const suppression = suppressions.get(customer.email);
      return {
        id: customer.id,
        email: customer.email,
        firstName: customer.firstName,
        lastName: customer.lastName,
        phone: customer.phone,
        orderCount: counts.get(customer.id) ?? 0,
        mailSuppression: suppression ? presentSuppression(suppression) : null,
        createdAt: customer.createdAt.toISOString(),
      };
    }),
    nextCursor:
      last === undefined || rows.length === shown.length
        ? null
        : encodeCursor({ createdAt: last.createdAtText, id: last.customer.id }),
  };
}

/** Only of the customers that are shown: their ids go into the view's own scan, which an index answers. */
async function countOrders(app: App, customerIds: readonly string[]): Promise<Map<string, number>> {
  if (customerIds.length === 0) return new Map();
  const rows = await app.database.db
    .select()
    .from(customerOrders)
    .where(inArray(customerOrders.customerId, [...customerIds]));
  return new Map(rows.map(({ customerId, orderCount }) => [customerId, orderCount]));
}
