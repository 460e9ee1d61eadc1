import type { KujiPrize } from '../../catalog/index.ts';
import type { PrizeRow } from '../queries/save-prizes.ts';

/**
 * A prize as the dashboard shows it. What remains counts opened tickets only, here too: no list may tell a result that
 * its owner has not seen.
 */
export function presentPrize(row: PrizeRow): KujiPrize {
  return {
    id: row.id,
    prizeCode: row.prizeCode,
    prizeTier: row.prizeTier,
    name: row.name,
    description: row.description,
    imageUrl: row.imageUrl,
    initialQuantity: row.initialQuantity,
    remainingQuantity: row.sealedQuantity - row.revealedCount,
    sortOrder: row.sortOrder,
  };
}
