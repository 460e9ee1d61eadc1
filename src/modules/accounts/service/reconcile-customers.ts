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

const reconciled = compileQuery<{ id: string; email: string }, { customers: string }>(sql`
  INSERT INTO popbox.customers AS known (id, email, first_name, last_name, phone, user_id)
  SELECT id, email, "firstName", "lastName", phone,
    -- An account has one customer row. If this one's is under another e-mail, the order stays with the address only.
    CASE WHEN NOT EXISTS (
      SELECT 1 FROM popbox.customers other WHERE other.user_id = given."userId" AND other.email <> given.email
    ) THEN "userId" END
  FROM json_to_recordset(${sql.placeholder('customers')}::json)
    AS given(id uuid, email text, "firstName" text, "lastName" text, phone text, "userId" uuid)
  ORDER BY email
  ON CONFLICT (email) DO UPDATE SET
    first_name = coalesce(nullif(btrim(known.first_name), ''), excluded.first_name),
    last_name = coalesce(nullif(btrim(known.last_name), ''), excluded.last_name),
    phone = coalesce(nullif(btrim(known.phone), ''), excluded.phone),
    user_id = coalesce(known.user_id, excluded.user_id)
  RETURNING id, email`);

/**
 * Step: the customers with these e-mails, found or made; answers their ids by e-mail. No two may have one e-mail; of two with
 * one account and no customer yet, the second is refused (`customers_user`). Only what is empty is filled, because an order's
 * form must not rename somebody who shops under that address.
 *
 * One statement, so that two orders paid at once cannot both insert: a unique violation caught in here would have
 * aborted the caller's transaction.
 */
export async function reconcileCustomers(
  tx: Tx,
  facts: readonly CustomerFacts[],
): Promise<ReadonlyMap<string, string>> {
  const customers = facts.map((customer) => ({
    ...customer,
    firstName: blankToNull(customer.firstName),
    lastName: blankToNull(customer.lastName),
    phone: blankToNull(customer.phone),
  }));
  const rows = await reconciled(tx, { customers: JSON.stringify(customers) });
  return new Map(rows.map(({ email, id }) => [email, id]));
}

function blankToNull(text: string | null): string | null {
  // JSON takes half of a pair of surrogates, and Postgres would refuse it with all of the statement.
  const trimmed = text?.trim().toWellFormed() ?? '';
  return trimmed === '' ? null : trimmed;
}
