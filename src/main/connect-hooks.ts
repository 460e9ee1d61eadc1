import type { App } from '../kernel/app.ts';
import { productActivated, productCreated, variantCreated } from '../modules/catalog/index.ts';
import { createStock } from '../modules/inventory/index.ts';
import { createDraftSet, sealAndOpenSet } from '../modules/kuji/index.ts';

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
  app.hooks.on(productActivated, async (tx, activated) => {
    await sealAndOpenSet(tx, app, activated);
  });
}
