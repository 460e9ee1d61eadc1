import { inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { prepareStatement } from '../../../db/prepare-statement.ts';
import { settings } from '../../../db/schema/settings.ts';
import type { CheckoutSettings, KujiSettings } from '../checkout-settings.contract.ts';
import type { StoredShippingSettings } from '../settings.contract.ts';
import {
  DEFAULT_CHECKOUT_SETTINGS,
  DEFAULT_KUJI_SETTINGS,
  DEFAULT_SHIPPING_SETTINGS,
} from './default-settings.ts';
import {
  parseStoredCheckoutSettings,
  parseStoredKujiSettings,
  parseStoredShippingSettings,
} from './parse-stored-settings.ts';

export type CheckoutRules = {
  shipping: StoredShippingSettings;
  kuji: KujiSettings;
  checkout: CheckoutSettings;
};

const storedRules = prepareStatement((db) =>
  db
    .select({ key: settings.key, value: settings.value })
    .from(settings)
    .where(inArray(settings.key, ['shipping', 'kuji', 'checkout'])),
);

/**
 * Every group that a checkout asks, in one read, which writes nothing: a quote must not. A group that nobody saved is its
 * default.
 * @throws Error if a stored row is corrupt: a silent default would charge wrong amounts, or lift a limit
 */
export async function loadCheckoutRules(reader: Reader): Promise<CheckoutRules> {
  const rows = await storedRules(reader, {});
  const stored = new Map(rows.map(({ key, value }) => [key, value]));
  return {
    shipping: parseStoredShippingSettings(stored.get('shipping') ?? DEFAULT_SHIPPING_SETTINGS),
    kuji: parseStoredKujiSettings(stored.get('kuji') ?? DEFAULT_KUJI_SETTINGS),
    checkout: parseStoredCheckoutSettings(stored.get('checkout') ?? DEFAULT_CHECKOUT_SETTINGS),
  };
}
