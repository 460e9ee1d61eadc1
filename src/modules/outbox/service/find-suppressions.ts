import { inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { suppressedAddresses } from '../../../db/schema/outbox.ts';

export type SuppressedAddress = typeof suppressedAddresses.$inferSelect;

/** The form in which addresses are compared. */
export const normaliseAddress = (address: string): string => address.trim().toLowerCase();

/** Which of these addresses get no more mail, by address in lower case; in one statement. */
export async function findSuppressions(
  reader: Reader,
  addresses: readonly string[],
): Promise<Map<string, SuppressedAddress>> {
  const wanted = [...new Set(addresses.map(normaliseAddress))];
  if (wanted.length === 0) return new Map();
  const rows = await reader
    .select()
    .from(suppressedAddresses)
    .where(inArray(suppressedAddresses.email, wanted));
  return new Map(rows.map((row) => [row.email, row]));
}
