import { desc, eq } from 'drizzle-orm';
import { kujiSets } from '../../../db/schema/kuji.ts';
import type { App } from '../../../kernel/app.ts';
import type { KujiPrize } from '../../catalog/index.ts';
import { loadPrizes } from '../queries/save-prizes.ts';
import { requireKujiProduct } from './lock-box.ts';
import { presentPrize } from './present-prize.ts';

/**
 * Use case: the prizes of a kuji product's newest box, in the order of display.
 * @throws Problem KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export async function listPrizes(app: App, request: { productId: string }): Promise<KujiPrize[]> {
  const { db } = app.database;
  const product = await requireKujiProduct(db, request.productId);
  const [set] = await db
    .select({ id: kujiSets.id })
    .from(kujiSets)
    .where(eq(kujiSets.productId, product.id))
    .orderBy(desc(kujiSets.setNumber))
    .limit(1);
  const prizes = set ? await loadPrizes(db, set.id) : [];
  return prizes.map(presentPrize);
}
