import { eq, sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { prepareStatement } from '../../../db/prepare-statement.ts';
import { settings } from '../../../db/schema/settings.ts';
import type {
  LatePaymentPolicy,
  RetentionPolicy,
  StoreBanner,
  StoredShippingSettings,
} from '../settings.contract.ts';
import type { MailSettings, TaxRegistrations } from '../settings.mail-contract.ts';
import { defaultBanner } from './default-banner.ts';
import {
  DEFAULT_LATE_PAYMENT_POLICY,
  DEFAULT_MAIL_SETTINGS,
  DEFAULT_RETENTION_POLICY,
  DEFAULT_SHIPPING_SETTINGS,
  DEFAULT_TAX_REGISTRATIONS,
} from './default-settings.ts';
import {
  parseStoredBanner,
  parseStoredLatePaymentPolicy,
  parseStoredMailSettings,
  parseStoredRetentionPolicy,
  parseStoredShippingSettings,
  parseStoredTaxRegistrations,
} from './parse-stored-settings.ts';

const storedUnder = prepareStatement((db) =>
  db
    .select()
    .from(settings)
    .where(eq(settings.key, sql.placeholder('key'))),
);

/**
 * The stored value under a key; the default is written down at the first read, so that what the shop charges can always
 * be seen in the table. Two first readers at once write the same.
 */
async function readOrCreate(reader: Reader, key: string, fallback: object): Promise<unknown> {
  const [stored] = await storedUnder(reader, { key });
  if (stored) return stored.value;
  await reader.insert(settings).values({ key, value: fallback }).onConflictDoNothing();
  const [created] = await storedUnder(reader, { key });
  return created?.value ?? fallback;
}

/** @throws Error if the stored row is corrupt: a silent default would charge wrong amounts */
export async function loadShippingSettings(reader: Reader): Promise<StoredShippingSettings> {
  return parseStoredShippingSettings(
    await readOrCreate(reader, 'shipping', DEFAULT_SHIPPING_SETTINGS),
  );
}

export async function loadLatePaymentPolicy(reader: Reader): Promise<LatePaymentPolicy> {
  return parseStoredLatePaymentPolicy(
    await readOrCreate(reader, 'late_payment', DEFAULT_LATE_PAYMENT_POLICY),
  );
}

export async function loadMailSettings(reader: Reader): Promise<MailSettings> {
  return parseStoredMailSettings(await readOrCreate(reader, 'mails', DEFAULT_MAIL_SETTINGS));
}

export async function loadTaxRegistrations(reader: Reader): Promise<TaxRegistrations> {
  return parseStoredTaxRegistrations(
    await readOrCreate(reader, 'tax_registrations', DEFAULT_TAX_REGISTRATIONS),
  );
}

/** @throws Error if the stored row is corrupt: a silent default could delete what somebody wanted kept */
export async function loadRetentionPolicy(reader: Reader): Promise<RetentionPolicy> {
  return parseStoredRetentionPolicy(
    await readOrCreate(reader, 'retention', DEFAULT_RETENTION_POLICY),
  );
}

/**
 * The banner, inactive items included. While nobody saved one it is made from the shipping settings at every read and
 * not written down: stored, it would go on promising the fee of that day.
 *
 * @throws Error if a stored row is corrupt
 */
export async function loadBanner(reader: Reader): Promise<StoreBanner> {
  const [stored] = await storedUnder(reader, { key: 'store_banner' });
  if (stored) return parseStoredBanner(stored.value);
  return defaultBanner(await loadShippingSettings(reader));
}
