import { inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { customers } from '../../../db/schema/accounts.ts';

export type CustomerNames = {
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
};

/** What is known of these customers, by id. For staff: whoever shops under an address may not be who it belongs to. */
export async function loadCustomerNames(
  reader: Reader,
  customerIds: readonly string[],
): Promise<Map<string, CustomerNames>> {
  if (customerIds.length === 0) return new Map();
  const rows = await reader
    .select({
      id: customers.id,
      firstName: customers.firstName,
      lastName: customers.lastName,
      phone: customers.phone,
    })
    .from(customers)
    .where(inArray(customers.id, [...customerIds]));
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}
