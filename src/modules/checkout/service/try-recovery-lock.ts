import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';

/** Step: until the end of the transaction; false while another recovery of the order is at work. */
export async function tryRecoveryLock(tx: Tx, orderId: string): Promise<boolean> {
  const { rows } = await tx.execute<{ locked: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`orders:recover:${orderId}`}, 0)) AS locked`,
  );
  return rows[0]?.locked === true;
}
