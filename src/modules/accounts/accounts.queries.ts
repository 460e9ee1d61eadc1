import { and, eq, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../db/client.ts';
import { prepareStatement } from '../../db/prepare-statement.ts';
import { customers, users } from '../../db/schema/accounts.ts';
import { oneOfTexts } from '../../db/one-of.ts';

export type User = typeof users.$inferSelect;
export type CustomerRow = typeof customers.$inferSelect;

/** An account's customer is the one of its verified e-mail; after a change of the e-mail it has none until it is opened anew. */
const customerOfAccount = and(eq(customers.userId, users.id), eq(customers.email, users.email));

/** The person and their customer row, in one query: it runs with every page view of somebody who is signed in. */
export async function findUser(
  reader: Reader,
  userId: string,
): Promise<{ user: User; customer: CustomerRow | null } | null> {
  const [found] = await reader
    .select({ user: users, customer: customers })
    .from(users)
    .leftJoin(customers, customerOfAccount)
    .where(eq(users.id, userId));
  return found ?? null;
}

const accountsOfEmails = prepareStatement((db) =>
  db
    .select({ id: users.id, email: users.email })
    .from(users)
    .where(
      and(
        sql`${users.email} = ${oneOfTexts('emails')}`,
        eq(users.emailVerified, true),
        eq(users.role, 'customer'),
      ),
    ),
);

/** Who have accounts under these e-mails and may shop with them: their ids by e-mail. */
export async function findAccountsByEmail(
  reader: Reader,
  emails: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await accountsOfEmails(reader, { emails });
  return new Map(found.map(({ email, id }) => [email, id]));
}

type Names = { firstName: string | null; lastName: string | null; phone: string | null };

/** Takes an account off the customer row of an earlier e-mail; answers the names that stand there. */
export async function releaseOtherCustomer(
  tx: Tx,
  account: { userId: string; email: string },
): Promise<Names | null> {
  const [released] = await tx
    .update(customers)
    .set({ userId: null })
    .where(and(eq(customers.userId, account.userId), sql`${customers.email} <> ${account.email}`))
    .returning({
      firstName: customers.firstName,
      lastName: customers.lastName,
      phone: customers.phone,
    });
  return released ?? null;
}

/** The customer of this e-mail, made or bound to the account; null if another account has it. */
export async function bindCustomer(
  tx: Tx,
  account: { id: string; userId: string; email: string; names: Names },
): Promise<CustomerRow | null> {
  const { id, userId, email, names } = account;
  const [bound] = await tx
    .insert(customers)
    .values({ id, userId, email, ...names })
    .onConflictDoUpdate({
      target: customers.email,
      set: {
        userId: sql`excluded.user_id`,
        firstName: sql`coalesce(${customers.firstName}, excluded.first_name)`,
        lastName: sql`coalesce(${customers.lastName}, excluded.last_name)`,
        phone: sql`coalesce(${customers.phone}, excluded.phone)`,
      },
      setWhere: sql`${customers.userId} IS NULL OR ${customers.userId} = excluded.user_id`,
    })
    .returning();
  return bound ?? null;
}
