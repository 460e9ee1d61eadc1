import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { analyticsLiveHolds, analyticsPaidLines } from '../../../db/schema/analytics.ts';
import { HOLD_WINDOWS, PAID_WINDOWS, type DemandWindow } from '../service/trending-windows.ts';

/** The demand for each product that has any, at `now`. */
export async function loadDemand(
  tx: Tx,
  now: Date,
): Promise<{ productId: string; score: number }[]> {
  const paid = analyticsPaidLines;
  const held = analyticsLiveHolds;
  const { rows } = await tx.execute<{ productId: string; score: number }>(sql`
    SELECT product_id AS "productId", least(sum(points), 2147483647)::int AS score
    FROM (
      SELECT ${paid.productId} AS product_id, ${paid.quantity} * ${pointsOf(paid.paidAt, PAID_WINDOWS, now)} AS points
      FROM ${paid} WHERE ${paid.paidAt} >= ${earliest(PAID_WINDOWS, now)}
      UNION ALL
      SELECT ${held.productId}, ${held.quantity} * ${pointsOf(held.createdAt, HOLD_WINDOWS, now)}
      FROM ${held}
      WHERE ${held.createdAt} >= ${earliest(HOLD_WINDOWS, now)} AND ${held.expiresAt} > ${at(now)}
    ) demand
    GROUP BY product_id`);
  return rows;
}

/** The column stays alone on its side of each comparison, or its index could not be used. */
function pointsOf(time: SQLWrapper, windows: readonly DemandWindow[], now: Date): SQL {
  const cases = windows.map(
    ({ maxAgeMs, points }) => sql`WHEN ${time} >= ${at(before(now, maxAgeMs))} THEN ${points}::int`,
  );
  return sql`(CASE ${sql.join(cases, sql` `)} ELSE 0 END)`;
}

function earliest(windows: readonly DemandWindow[], now: Date): SQL {
  return at(before(now, Math.max(...windows.map((window) => window.maxAgeMs))));
}

const before = (now: Date, ageMs: number): Date => new Date(now.getTime() - ageMs);

const at = (time: Date): SQL => sql`${time.toISOString()}::timestamptz`;
