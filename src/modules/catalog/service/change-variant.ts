import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { savePriceRange } from '../queries/save-product.ts';
import {
  clearDefault,
  hasVariantNamed,
  updateVariant,
  type StoredVariant,
} from '../queries/save-variants.ts';
import { claimSku } from './claim-sku.ts';
import { compareValues } from './compare-values.ts';
import { lockVariant } from './lock-standard-product.ts';
import { refreshSearch } from './refresh-search.ts';

export type VariantChanges = {
  name?: string | undefined;
  sku?: string | null | undefined;
  priceCents?: number | undefined;
  isActive?: boolean | undefined;
  /** `true` moves the default here. The default itself cannot give it up, only another can take it. */
  isDefault?: boolean | undefined;
  sortOrder?: number | undefined;
};

export type ChangeVariantRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  variantId: string;
  changes: VariantChanges;
};

/**
 * Changes a variant; what is left out stays. The product's price and range follow in the same transaction.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS, PRODUCT_VARIANT_NOT_FOUND, PRODUCT_VARIANT_DUPLICATE_NAME,
 *   PRODUCT_VARIANT_DUPLICATE_SKU, PRODUCT_VARIANT_DEFAULT_REQUIRED, PRODUCT_VARIANT_INACTIVE
 */
export async function changeVariant(app: App, request: ChangeVariantRequest): Promise<void> {
  const { productId, variantId, changes, actor, requestId } = request;
  await inTx(app, 'changeVariant', async (tx) => {
    const variant = await lockVariant(tx, productId, variantId);
    await saveVariant(tx, app, { productId, variant, changes, actor, requestId });
  });
}

/**
 * Step: saves what differs of a variant. The product is locked, and the variant was read after that.
 * @throws Problem PRODUCT_VARIANT_DUPLICATE_NAME, PRODUCT_VARIANT_DUPLICATE_SKU, PRODUCT_VARIANT_DEFAULT_REQUIRED,
 *   PRODUCT_VARIANT_INACTIVE
 */
export async function saveVariant(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  request: {
    productId: string;
    variant: StoredVariant;
    changes: VariantChanges;
    actor: string;
    requestId: string | null;
  },
): Promise<void> {
  const { productId, variant, changes, actor, requestId } = request;
  refuseLosingDefault(variant, changes);
  const wanted = await readWanted(tx, { productId, variant, changes });
  const { before, after } = compareValues(variant, wanted);
  if (Object.keys(after).length === 0) return;
  // The old default goes first: one index allows a single one at any moment.
  if (after.isDefault === true) await clearDefault(tx, productId);
  await updateVariant(tx, variant.id, after);
  await savePriceRange(tx, productId);
  if ('sku' in after) await refreshSearch(tx, [productId]);
  await recordAudit(tx, {
    id: deps.newId(),
    actor,
    action: 'variant.changed',
    targetType: 'variant',
    targetId: variant.id,
    before,
    after,
    requestId,
  });
}

function refuseLosingDefault(variant: StoredVariant, changes: VariantChanges): void {
  const isActive = changes.isActive ?? variant.isActive;
  if (variant.isDefault && (!isActive || changes.isDefault === false)) {
    throw new Problem(catalogProblems.PRODUCT_VARIANT_DEFAULT_REQUIRED);
  }
  if (changes.isDefault === true && !isActive) {
    throw new Problem(catalogProblems.PRODUCT_VARIANT_INACTIVE);
  }
}

async function readWanted(
  tx: Tx,
  request: { productId: string; variant: StoredVariant; changes: VariantChanges },
) {
  const { productId, variant, changes } = request;
  const { priceCents, isActive, isDefault, sortOrder } = changes;
  const name = changes.name?.trim();
  if (
    name !== undefined &&
    (await hasVariantNamed(tx, { productId, name, exceptId: variant.id }))
  ) {
    throw new Problem(catalogProblems.PRODUCT_VARIANT_DUPLICATE_NAME);
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(changes.sku === undefined ? {} : { sku: await claimSku(tx, changes.sku, variant.sku) }),
    ...(priceCents === undefined ? {} : { priceCents }),
    ...(isActive === undefined ? {} : { isActive }),
    ...(isDefault === undefined ? {} : { isDefault }),
    ...(sortOrder === undefined ? {} : { sortOrder }),
  };
}
