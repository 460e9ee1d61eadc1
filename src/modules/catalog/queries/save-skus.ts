import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import { skus } from '../../../db/schema/catalog.ts';
import { Problem } from '../../../kernel/problems.ts';
import { catalogProblems } from '../catalog.problems.ts';

/** True if a product or a variant has the SKU; one that is being written elsewhere is seen by its key only. */
export async function isSkuTaken(tx: Tx, sku: string): Promise<boolean> {
  const found = await tx.select({ sku: skus.sku }).from(skus).where(eq(skus.sku, sku));
  return found.length > 0;
}

const SKU_KEYS = ['skus_pkey', 'products_sku', 'variants_sku'];

/**
 * Runs a statement that writes a SKU. Of two writers at once the second one waits, and is refused here.
 * @throws Problem PRODUCT_VARIANT_DUPLICATE_SKU
 */
export async function writeSku<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (SKU_KEYS.some((key) => violatesUnique(error, key))) {
      throw new Problem(catalogProblems.PRODUCT_VARIANT_DUPLICATE_SKU, { cause: error });
    }
    throw error;
  }
}
