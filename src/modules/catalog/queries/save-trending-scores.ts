import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';

export type TrendingScore = { productId: string; score: number };

/**
 * Step: makes these the trending scores; whoever is not named has none. Returns how many products changed. Only those
 * are written, in the order of their ids, and one that somebody is editing right now is left to the next run.
 */
export async function saveTrendingScores(
  tx: Tx,
  scores: readonly TrendingScore[],
): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    WITH demand AS MATERIALIZED (
      SELECT * FROM unnest(${sql.param(scores.map((entry) => entry.productId))}::uuid[],
        ${sql.param(scores.map((entry) => entry.score))}::int[]) AS demand (product_id, score)
    ), changed AS MATERIALIZED (
      SELECT product.id, coalesce(demand.score, 0) AS score
      FROM popbox.products product LEFT JOIN demand ON demand.product_id = product.id
      WHERE (demand.score IS NOT NULL OR product.trending_score > 0)
        AND product.trending_score <> coalesce(demand.score, 0)
      ORDER BY product.id FOR NO KEY UPDATE OF product SKIP LOCKED
    )
    UPDATE popbox.products product SET trending_score = changed.score
    FROM changed WHERE product.id = changed.id`);
  return rowCount ?? 0;
}
