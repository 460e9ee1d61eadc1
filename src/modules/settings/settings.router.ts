import { handleStaff } from '../../http/auth.ts';
import { handle, type Mounted } from '../../http/route.ts';
import type { App } from '../../kernel/app.ts';
import { loadBanner, loadLatePaymentPolicy } from './service/load-settings.ts';
import {
  saveBanner,
  saveLatePaymentPolicy,
  saveShippingSettings,
} from './service/save-settings.ts';
import { showBanner, showShippingSettings } from './service/show-settings.ts';
import {
  adminShowBannerRoute,
  adminShowShippingRoute,
  saveBannerRoute,
  saveLatePaymentsRoute,
  saveShippingRoute,
  showLatePaymentsRoute,
} from './settings.admin-contract.ts';
import { showBannerRoute, showShippingRoute } from './settings.contract.ts';

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
    handleStaff(app, showLatePaymentsRoute, async () => ({
      data: await loadLatePaymentPolicy(app.database.db),
    })),
    handleStaff(app, saveLatePaymentsRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveLatePaymentPolicy(app, { policy: body, actor, requestId }),
    })),
  ];
}
