import { handleStaff } from '../../http/auth.ts';
import { handle, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  saveCheckoutSettingsRoute,
  saveKujiSettingsRoute,
  showCheckoutSettingsRoute,
  showKujiSettingsRoute,
} from './checkout-settings.contract.ts';
import { loadCheckoutRules } from './service/load-checkout-rules.ts';
import {
  loadBanner,
  loadLatePaymentPolicy,
  loadMailSettings,
  loadRetentionPolicy,
  loadTaxRegistrations,
} from './service/load-settings.ts';
import {
  saveBanner,
  saveCheckoutSettings,
  saveKujiSettings,
  saveLatePaymentPolicy,
  saveMailSettings,
  saveRetentionPolicy,
  saveShippingSettings,
  saveTaxRegistrations,
} from './service/save-settings.ts';
import { showBanner, showShippingSettings } from './service/show-settings.ts';
import { saveRetentionRoute, showRetentionRoute } from './retention.contract.ts';
import {
  adminShowBannerRoute,
  adminShowShippingRoute,
  saveBannerRoute,
  saveLatePaymentsRoute,
  saveShippingRoute,
  showLatePaymentsRoute,
} from './settings.admin-contract.ts';
import { showBannerRoute, showShippingRoute } from './settings.contract.ts';
import {
  saveMailSettingsRoute,
  saveTaxRegistrationsRoute,
  showMailSettingsRoute,
  showTaxRegistrationsRoute,
} from './settings.mail-contract.ts';

export function settingsRouter(app: App): Mounted[] {
  return [
    handle(app, showShippingRoute, async () => ({ data: await showShippingSettings(app) })),
    handle(app, showBannerRoute, async () => ({ data: await showBanner(app) })),
    handleStaff(app, adminShowShippingRoute, async () => ({
      data: await showShippingSettings(app),
    })),
    handleStaff(app, saveShippingRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveShippingSettings(app, { shipping: body, actor, requestId }),
    })),
    handleStaff(app, adminShowBannerRoute, async () => ({
      data: await loadBanner(app.database.db),
    })),
    handleStaff(app, saveBannerRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveBanner(app, { banner: body, actor, requestId }),
    })),
    handleStaff(app, showMailSettingsRoute, async () => ({
      data: await loadMailSettings(app.database.db),
    })),
    handleStaff(app, saveMailSettingsRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveMailSettings(app, { mails: body, actor, requestId }),
    })),
    handleStaff(app, showTaxRegistrationsRoute, async () => ({
      data: await loadTaxRegistrations(app.database.db),
    })),
    handleStaff(app, saveTaxRegistrationsRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveTaxRegistrations(app, { registrations: body, actor, requestId }),
    })),
    handleStaff(app, showKujiSettingsRoute, async () => ({
      data: (await loadCheckoutRules(app.database.db)).kuji,
    })),
    handleStaff(app, saveKujiSettingsRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveKujiSettings(app, { kuji: body, actor, requestId }),
    })),
    handleStaff(app, showCheckoutSettingsRoute, async () => ({
      data: (await loadCheckoutRules(app.database.db)).checkout,
    })),
    handleStaff(app, saveCheckoutSettingsRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveCheckoutSettings(app, { checkout: body, actor, requestId }),
    })),
    handleStaff(app, showLatePaymentsRoute, async () => ({
      data: await loadLatePaymentPolicy(app.database.db),
    })),
    handleStaff(app, saveLatePaymentsRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveLatePaymentPolicy(app, { policy: body, actor, requestId }),
    })),
    handleStaff(app, showRetentionRoute, async () => ({
      data: await loadRetentionPolicy(app.database.db),
    })),
    handleStaff(app, saveRetentionRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveRetentionPolicy(app, { policy: body, actor, requestId }),
    })),
  ];
}
