import { sql } from 'drizzle-orm';
import { customers } from '../../../db/schema/accounts.ts';
import type { Tx } from '../../../db/client.ts';

export type CustomerFacts = {
  /** Used if the e-mail is new. */
  id: string;
  /** Trimmed and lower case. */
  email: string;
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
  userId: string | null;
};

/**
 * Step: the customer with this e-mail, found or made; answers its id. Only what is empty is filled, because an order's
 * form must not rename somebody who shops under that address.
 *
 * One statement, so that two orders paid at once cannot both insert: a unique violation caught in here would have
 * aborted the caller's transaction.
 */
export async function reconcileCustomer(tx: Tx, facts: CustomerFacts): Promise<string> {
  // An account has one customer row. If this one's is under another e-mail, the order stays with the address only.
  const freeUserId = sql`(SELECT ${facts.userId}::uuid WHERE NOT EXISTS (
    SELECT 1 FROM ${customers} other WHERE other.user_id = ${facts.userId}::uuid AND other.email <> ${facts.email}))`;
  const [row] = await tx
    .insert(customers)
    .values({
      id: facts.id,
      email: facts.email,
      firstName: blankToNull(facts.firstName),
      lastName: blankToNull(facts.lastName),
      phone: blankToNull(facts.phone),
      userId: freeUserId,
    })
    .onConflictDoUpdate({
      target: customers.email,
      set: {
        firstName: sql`coalesce(nullif(btrim(${customers.firstName}), ''), excluded.first_name)`,
        lastName: sql`coalesce(nullif(btrim(${customers.lastName}), ''), excluded.last_name)`,
        phone: sql`coalesce(nullif(btrim(${customers.phone}), ''), excluded.phone)`,
        userId: sql`coalesce(${customers.userId}, excluded.user_id)`,
      },
    })
    .returning({ id: customers.id });
  if (!row) throw new Error('The customer upsert answered no row.');
  return row.id;
}

function blankToNull(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
