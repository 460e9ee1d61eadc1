import { and, asc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { customers, users, type UserRole } from '../../../db/schema/accounts.ts';

export type PersonalCustomer = typeof customers.$inferSelect & { role: UserRole | null };

/** A customer with the role of the account, or null. */
export async function findCustomer(
  reader: Reader,
  search: { id: string } | { userId: string } | { email: string },
): Promise<PersonalCustomer | null> {
  const condition =
    'id' in search
      ? eq(customers.id, search.id)
      : 'userId' in search
        ? eq(customers.userId, search.userId)
        : eq(customers.email, search.email);
  const [found] = await reader
    .select({ customer: customers, role: users.role })
    .from(customers)
    .leftJoin(users, eq(users.id, customers.userId))
    .where(condition);
  return found ? { ...found.customer, role: found.role } : null;
}

/** The address keeps rows apart, as a real one did; `.invalid` is nobody's. */
const NOBODY = {
  email: sql`'erased-' || ${customers.id} || '@erased.invalid'`,
  firstName: null,
  lastName: null,
  phone: null,
  userId: null,
} as const;

/**
 * Step: takes the person out of a customer's row, which goes on holding orders together, and deletes the account's row.
 * False if the customer has changed meanwhile: then the orders that were looked for may not be all.
 */
export async function anonymiseCustomer(
  tx: Tx,
  request: { customer: { id: string; email: string; userId: string | null }; now: Date },
): Promise<boolean> {
  const { customer, now } = request;
  const erased = await tx
    .update(customers)
    .set({ ...NOBODY, erasedAt: now })
    .where(
      and(
        eq(customers.id, customer.id),
        eq(customers.email, customer.email),
        sql`${customers.userId} IS NOT DISTINCT FROM ${customer.userId}::uuid`,
        isNull(customers.erasedAt),
      ),
    )
    .returning({ id: customers.id });
  if (erased.length === 0) return false;
  if (customer.userId !== null) {
    await tx.delete(users).where(and(eq(users.id, customer.userId), eq(users.role, 'customer')));
  }
  return true;
}

/**
 * Step: guests, by ascending id after `afterId`, whose row nobody has touched since before `before`, locked; what another
 * instance has is left to it.
 */
export async function claimOldGuests(
  tx: Tx,
  request: { before: Date; afterId: string; limit: number },
): Promise<string[]> {
  const found = await tx
    .select({ id: customers.id })
    .from(customers)
    .where(
      and(
        isNull(customers.erasedAt),
        isNull(customers.userId),
        lt(customers.updatedAt, request.before),
        gt(customers.id, request.afterId),
      ),
    )
    .orderBy(asc(customers.id))
    .limit(request.limit)
    .for('update', { skipLocked: true });
  return found.map(({ id }) => id);
}

/** Step: takes the persons out of these rows, which are locked. */
export async function anonymiseGuests(
  tx: Tx,
  request: { ids: readonly string[]; now: Date },
): Promise<void> {
  if (request.ids.length === 0) return;
  await tx
    .update(customers)
    .set({ ...NOBODY, erasedAt: request.now })
    .where(inArray(customers.id, [...request.ids]));
}
