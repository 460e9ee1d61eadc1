import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';

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

const reconciled = compileQuery<{ id: string }, CustomerFacts>(sql`
  INSERT INTO popbox.customers AS known (id, email, first_name, last_name, phone, user_id)
  VALUES (${sql.placeholder('id')}::uuid, ${sql.placeholder('email')}, ${sql.placeholder('firstName')},
    ${sql.placeholder('lastName')}, ${sql.placeholder('phone')},
    -- An account has one customer row. If this one's is under another e-mail, the order stays with the address only.
    (SELECT ${sql.placeholder('userId')}::uuid WHERE NOT EXISTS (
      SELECT 1 FROM popbox.customers other
      WHERE other.user_id = ${sql.placeholder('userId')}::uuid AND other.email <> ${sql.placeholder('email')})))
  ON CONFLICT (email) DO UPDATE SET
    first_name = coalesce(nullif(btrim(known.first_name), ''), excluded.first_name),
    last_name = coalesce(nullif(btrim(known.last_name), ''), excluded.last_name),
    phone = coalesce(nullif(btrim(known.phone), ''), excluded.phone),
    user_id = coalesce(known.user_id, excluded.user_id)
  RETURNING id`);

/**
 * Step: the customer with this e-mail, found or made; answers its id. Only what is empty is filled, because an order's
 * form must not rename somebody who shops under that address.
 *
 * One statement, so that two orders paid at once cannot both insert: a unique violation caught in here would have
 * aborted the caller's transaction.
 */
export async function reconcileCustomer(tx: Tx, facts: CustomerFacts): Promise<string> {
  const [row] = await reconciled(tx, {
    ...facts,
    firstName: blankToNull(facts.firstName),
    lastName: blankToNull(facts.lastName),
    phone: blankToNull(facts.phone),
  });
  if (!row) throw new Error('The customer upsert answered no row.');
  return row.id;
}

function blankToNull(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
