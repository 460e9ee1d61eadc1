import type { App } from '../../../kernel/app.ts';
import type { AdminSet } from '../kuji.sets-contract.ts';
import { loadSetsOfProduct, type CountedSet } from '../queries/load-sets.ts';
import { requireKujiProduct } from './lock-box.ts';

/**
 * Use case: all boxes that a kuji product had, has, or has in preparation, the newest first.
 * @throws Problem KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export async function listSets(app: App, request: { productId: string }): Promise<AdminSet[]> {
  const { db } = app.database;
  await requireKujiProduct(db, request.productId);
  return (await loadSetsOfProduct(db, request.productId)).map(presentSet);
}

/** A set as the dashboard shows it: counts, never what a closed ticket holds. */
export function presentSet(set: CountedSet): AdminSet {
  return {
    id: set.id,
    productId: set.productId,
    setNumber: set.setNumber,
    setCode: set.setCode,
    state: set.state,
    counts: { total: set.tickets, sold: set.sold, revealed: set.revealed },
    closeReason: set.closeReason,
    createdAt: set.createdAt.toISOString(),
    sealedAt: set.sealedAt?.toISOString() ?? null,
    soldOutAt: set.soldOutAt?.toISOString() ?? null,
    closedAt: set.closedAt?.toISOString() ?? null,
    publishedAt: set.publishedAt?.toISOString() ?? null,
    pausedAt: set.pausedAt?.toISOString() ?? null,
  };
}
