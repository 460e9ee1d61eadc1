import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { inTx, type Tx } from '../../../db/client.ts';
import { settings } from '../../../db/schema/settings.ts';
import type { App } from '../../../kernel/app.ts';
import { recordAudit } from '../../audit/index.ts';
import type { CheckoutSettings, KujiSettings } from '../checkout-settings.contract.ts';
import type {
  LatePaymentPolicy,
  RetentionPolicy,
  ShippingSettings,
  StoreBanner,
  StoreBannerInput,
} from '../settings.contract.ts';
import {
  loadBanner,
  loadLatePaymentPolicy,
  loadMailSettings,
  loadRetentionPolicy,
  loadShippingSettings,
  loadTaxRegistrations,
} from './load-settings.ts';
import type { MailSettings, TaxRegistrations } from '../settings.mail-contract.ts';
import { DEFAULT_CHECKOUT_SETTINGS, DEFAULT_KUJI_SETTINGS } from './default-settings.ts';
import { normaliseBanner } from './normalise-banner.ts';
import { parseStoredShippingSettings } from './parse-stored-settings.ts';

type Editor = { actor: string; requestId: string | null };

const groupSchema = z.record(z.string(), z.unknown());
type Group = z.infer<typeof groupSchema>;

/**
 * Saves the five amounts. What else the row holds (the postal prefixes of Calgary) stays, also if somebody changes it at
 * this moment.
 *
 * @throws Error if what stays is corrupt; nothing is written then
 */
export function saveShippingSettings(
  app: App,
  request: Editor & { shipping: ShippingSettings },
): Promise<ShippingSettings> {
  return inTx(app, 'saveShippingSettings', async (tx) => {
    const before = await lockGroup(tx, 'shipping', () => loadShippingSettings(tx));
    const after = parseStoredShippingSettings({ ...before, ...request.shipping });
    await saveGroup(tx, app, request, { key: 'shipping', before, after });
    return request.shipping;
  });
}

/** Saves the whole banner, every item with an id of its own, by sort order. */
export function saveBanner(
  app: App,
  request: Editor & { banner: StoreBannerInput },
): Promise<StoreBanner> {
  return inTx(app, 'saveBanner', async (tx) => {
    const before = await lockGroup(tx, 'store_banner', () => loadBanner(tx));
    const after = normaliseBanner(request.banner, app.newId);
    await saveGroup(tx, app, request, { key: 'store_banner', before, after });
    return after;
  });
}

/** Saves what the shop mails by itself. */
export function saveMailSettings(
  app: App,
  request: Editor & { mails: MailSettings },
): Promise<MailSettings> {
  return inTx(app, 'saveMailSettings', async (tx) => {
    const before = await lockGroup(tx, 'mails', () => loadMailSettings(tx));
    await saveGroup(tx, app, request, { key: 'mails', before, after: request.mails });
    return request.mails;
  });
}

/** Saves the numbers that receipts name. */
export function saveTaxRegistrations(
  app: App,
  request: Editor & { registrations: TaxRegistrations },
): Promise<TaxRegistrations> {
  return inTx(app, 'saveTaxRegistrations', async (tx) => {
    const key = 'tax_registrations';
    const before = await lockGroup(tx, key, () => loadTaxRegistrations(tx));
    await saveGroup(tx, app, request, { key, before, after: request.registrations });
    return request.registrations;
  });
}

/** Saves the limits on kuji. Whatever is held already can still be paid. */
export function saveKujiSettings(
  app: App,
  request: Editor & { kuji: KujiSettings },
): Promise<KujiSettings> {
  return inTx(app, 'saveKujiSettings', async (tx) => {
    const before = await lockGroup(tx, 'kuji', () => Promise.resolve(DEFAULT_KUJI_SETTINGS));
    const blockedProvinces = [...new Set(request.kuji.blockedProvinces)].sort();
    const after = { ...request.kuji, blockedProvinces };
    await saveGroup(tx, app, request, { key: 'kuji', before, after });
    return after;
  });
}

/** Saves what holds for every checkout. */
export function saveCheckoutSettings(
  app: App,
  request: Editor & { checkout: CheckoutSettings },
): Promise<CheckoutSettings> {
  return inTx(app, 'saveCheckoutSettings', async (tx) => {
    const before = await lockGroup(tx, 'checkout', () =>
      Promise.resolve(DEFAULT_CHECKOUT_SETTINGS),
    );
    const delayedPaymentMethods = [...new Set(request.checkout.delayedPaymentMethods)].sort();
    const after = { ...request.checkout, delayedPaymentMethods };
    await saveGroup(tx, app, request, { key: 'checkout', before, after });
    return after;
  });
}

/** Saves what becomes of payments that came too late; it counts for those that arrive from now on. */
export function saveLatePaymentPolicy(
  app: App,
  request: Editor & { policy: LatePaymentPolicy },
): Promise<LatePaymentPolicy> {
  return inTx(app, 'saveLatePaymentPolicy', async (tx) => {
    const before = await lockGroup(tx, 'late_payment', () => loadLatePaymentPolicy(tx));
    await saveGroup(tx, app, request, { key: 'late_payment', before, after: request.policy });
    return request.policy;
  });
}

/** Saves how long personal data is kept. */
export function saveRetentionPolicy(
  app: App,
  request: Editor & { policy: RetentionPolicy },
): Promise<RetentionPolicy> {
  return inTx(app, 'saveRetentionPolicy', async (tx) => {
    const before = await lockGroup(tx, 'retention', () => loadRetentionPolicy(tx));
    await saveGroup(tx, app, request, { key: 'retention', before, after: request.policy });
    return request.policy;
  });
}

/**
 * The stored group, locked until the end of the transaction; made from `fallback` if there is none, so that the first
 * two savers wait for each other as well. Not checked against its schema: saving is how a corrupt group is mended.
 */
async function lockGroup(tx: Tx, key: string, fallback: () => Promise<object>): Promise<Group> {
  const lock = () =>
    tx.select({ value: settings.value }).from(settings).where(eq(settings.key, key)).for('update');
  const [stored] = await lock();
  if (stored) return groupSchema.parse(stored.value);
  await tx
    .insert(settings)
    .values({ key, value: await fallback() })
    .onConflictDoNothing();
  const [created] = await lock();
  return groupSchema.parse(created?.value);
}

async function saveGroup(
  tx: Tx,
  app: App,
  editor: Editor,
  group: { key: string; before: Group; after: Group },
): Promise<void> {
  const { key, before, after } = group;
  await tx
    .update(settings)
    .set({ value: after, updatedBy: editor.actor })
    .where(eq(settings.key, key));
  await recordAudit(tx, {
    id: app.newId(),
    actor: editor.actor,
    action: 'settings.saved',
    targetType: 'settings',
    targetId: key,
    before,
    after,
    requestId: editor.requestId,
  });
}
