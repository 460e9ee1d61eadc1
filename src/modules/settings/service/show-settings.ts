import type { App } from '../../../kernel/app.ts';
import type { ShippingSettings, StoreBanner } from '../settings.contract.ts';
import { loadBanner, loadShippingSettings } from './load-settings.ts';

/** The five fields that travel; the postal prefixes are the shop's own business. */
export async function showShippingSettings(app: App): Promise<ShippingSettings> {
  const { calgaryPostalPrefixes: _own, ...shipping } = await loadShippingSettings(app.database.db);
  return shipping;
}

/** What shoppers may see: a banner that is being prepared is not told to anybody who reads the answer. */
export async function showBanner(app: App): Promise<StoreBanner> {
  const { enabled, items } = await loadBanner(app.database.db);
  return { enabled, items: enabled ? items.filter((item) => item.isActive) : [] };
}
