import { inArray, or } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { suppressedAddresses } from '../../../db/schema/outbox.ts';
import type { App } from '../../../kernel/app.ts';
import { hashAddress, normaliseAddress } from './hash-address.ts';

export type SuppressedAddress = typeof suppressedAddresses.$inferSelect;

/** Which of these addresses get no more mail, by address in lower case; in one statement. Erased ones are known by their hash. */
export async function findSuppressions(
  reader: Reader,
  app: Pick<App, 'config'>,
  addresses: readonly string[],
): Promise<Map<string, SuppressedAddress>> {
  const wanted = new Map(
    addresses.map((address) => [hashAddress(app, address), normaliseAddress(address)]),
  );
  if (wanted.size === 0) return new Map();
  const rows = await reader
    .select()
    .from(suppressedAddresses)
    .where(
      or(
        inArray(suppressedAddresses.email, [...wanted.values()]),
        inArray(suppressedAddresses.addressHash, [...wanted.keys()]),
      ),
    );
  return new Map(
    rows.map((row) => [row.email ?? wanted.get(row.addressHash ?? '') ?? '', row] as const),
  );
}
