import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { AdminProduct } from '../catalog.admin-contract.ts';
import type { AdminVariant } from '../catalog.variants-contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadAdminProduct, loadAdminVariant } from '../queries/load-admin-product.ts';
import { presentAdminProduct } from './present-admin-product.ts';

/**
 * A product in any state, as its form shows it.
 * @throws Problem PRODUCT_NOT_FOUND
 */
export async function showAdminProduct(app: App, productId: string): Promise<AdminProduct> {
  const row = await loadAdminProduct(app.database.db, productId);
  if (row === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
  return presentAdminProduct(row, app.storage);
}

/**
 * A variant, active or not, with its stock.
 * @throws Problem PRODUCT_VARIANT_NOT_FOUND
 */
export async function showAdminVariant(
  app: App,
  productId: string,
  variantId: string,
): Promise<AdminVariant> {
  const variant = await loadAdminVariant(app.database.db, productId, variantId);
  if (variant === null) throw new Problem(catalogProblems.PRODUCT_VARIANT_NOT_FOUND);
  return variant;
}
