import type { Tx } from '../../../db/client.ts';
import { Problem } from '../../../kernel/problems.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadProductSlugs } from '../queries/save-product.ts';
import { chooseSlug } from './choose-slug.ts';

/** Leaves room for the number of a collision within the column's 220. */
export const MAX_SLUG_BASE = 200;

/**
 * Step: another address for a product: the wanted one, or for a blank text one made from the name. Addresses that the
 * product had before are its own and may come back.
 * @throws Problem PRODUCT_SLUG_TAKEN if another product has or had the wanted one
 */
export async function chooseProductSlug(
  tx: Tx,
  product: { id: string; name: string },
  wanted: string,
): Promise<string> {
  const slug = await chooseSlug({
    wanted,
    name: product.name,
    fallback: `product-${product.id.slice(-8)}`,
    maxLength: MAX_SLUG_BASE,
    loadTaken: async (base) => {
      const owners = await loadProductSlugs(tx, base);
      return new Set([...owners.keys()].filter((taken) => owners.get(taken) !== product.id));
    },
  });
  if (slug === null) throw new Problem(catalogProblems.PRODUCT_SLUG_TAKEN);
  return slug;
}
