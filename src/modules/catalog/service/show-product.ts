import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { Product } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadProductDetail } from '../queries/load-product-detail.ts';
import { presentProduct } from './present-product.ts';

/**
 * The product page.
 * @throws Problem PRODUCT_NOT_FOUND if there is none or it is not active; the two look the same
 */
export async function showProduct(app: App, slug: string): Promise<Product> {
  const row = await loadProductDetail(app.database, slug);
  if (row === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
  return presentProduct(row, app.storage);
}
