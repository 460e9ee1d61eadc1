import type { App } from '../kernel/app.ts';
import { accountOpening } from '../modules/accounts/index.ts';
import {
  kujiPriceChanging,
  productActivated,
  productCreated,
  variantCreated,
  variantRemoving,
} from '../modules/catalog/index.ts';
import {
  latePaymentReturning,
  orderAccepting,
  orderPaidTwice,
  orderRecovering,
} from '../modules/checkout/index.ts';
import {
  hasOpenRefund,
  hasStandingRefund,
  noteSecondPayment,
  returnLatePayment,
  returnsEverything,
} from '../modules/refunds/index.ts';
import { createStock, endVariantStock } from '../modules/inventory/index.ts';
import { goodsLeaving, noteFailedMail, renewMailLink } from '../modules/orders/index.ts';
import { mailFailed, mailSecretRenewing } from '../modules/outbox/index.ts';
import { createDraftSet, resealAtPrice, sealAndOpenSet } from '../modules/kuji/index.ts';
import { giveGuestOrders } from '../modules/orders/index.ts';

/** What higher modules do inside the transaction of a lower one that may not know them. */
export function connectHooks(app: App): void {
  app.hooks.on(variantCreated, (tx, created) => createStock(tx, app, created));
  app.hooks.on(
    productCreated,
    async (tx, { productId, productType, lowStockThreshold, now, actor }) => {
      if (productType !== 'kuji') return;
      await createStock(tx, app, {
        productId,
        variantId: null,
        onHand: 0,
        lowStockThreshold,
        now,
        actor,
      });
      await createDraftSet(tx, app, { productId, now });
    },
  );
  app.hooks.on(variantRemoving, (tx, removing) => endVariantStock(tx, removing));
  app.hooks.on(kujiPriceChanging, (tx, changing) => resealAtPrice(tx, app, changing));
  app.hooks.on(productActivated, async (tx, activated) => {
    await sealAndOpenSet(tx, app, activated);
  });
  app.hooks.on(accountOpening, (tx, account) => giveGuestOrders(tx, account));
  app.hooks.on(orderRecovering, async (tx, { orderId, refuse }) => {
    if (await hasStandingRefund(tx, orderId)) refuse();
  });
  app.hooks.on(mailSecretRenewing, (tx, renewing) => renewMailLink(tx, app, renewing));
  app.hooks.on(mailFailed, (tx, failed) => noteFailedMail(tx, failed));
  app.hooks.on(orderAccepting, async (tx, { orderId, refuse }) => {
    if (await hasOpenRefund(tx, orderId)) refuse();
  });
  app.hooks.on(goodsLeaving, async (tx, { orderId, refuse }) => {
    if (await returnsEverything(tx, orderId)) refuse();
  });
  app.hooks.on(latePaymentReturning, (tx, returning) => returnLatePayment(tx, app, returning));
  app.hooks.on(orderPaidTwice, (tx, second) => noteSecondPayment(tx, app, second));
}
