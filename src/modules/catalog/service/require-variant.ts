import { and, eq, isNull } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { products, variants } from '../../../db/schema/catalog.ts';
import { Problem } from '../../../kernel/problems.ts';
import { catalogProblems } from '../catalog.problems.ts';

/**
 * Step: makes sure that the product exists, has variants, and that this is one of them.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS, PRODUCT_VARIANT_NOT_FOUND
 */
export async function requireVariant(
  reader: Reader,
  productId: string,
  variantId: string,
): Promise<void> {
  const [found] = await reader
    .select({ productType: products.productType, variantId: variants.id })
    .from(products)
    .leftJoin(
      variants,
      and(
        eq(variants.productId, products.id),
        eq(variants.id, variantId),
        isNull(variants.removedAt),
      ),
    )
    .where(eq(products.id, productId));
  if (!found) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
  if (found.productType === 'kuji') throw new Problem(catalogProblems.PRODUCT_HAS_NO_VARIANTS);
  if (found.variantId === null) throw new Problem(catalogProblems.PRODUCT_VARIANT_NOT_FOUND);
}
