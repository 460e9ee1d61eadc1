import { sql, type SQL } from 'drizzle-orm';
import type { QueueDefinition } from './define-queue.ts';
import { QUEUE_SCHEMA } from './install-queue-schema.ts';

/**
 * SQL that is true if a job of `queue` still waits or runs whose payload has `field` equal to `value`. For sweeps that
 * look for rows whose job got lost; the queue's own API finds jobs only by their ids.
 */
export function hasLiveJob(queue: QueueDefinition, field: string, value: SQL): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${sql.identifier(QUEUE_SCHEMA)}.job live
    WHERE live.name = ${queue.name} AND live.state IN ('created', 'retry', 'active')
      AND live.data ->> ${field} = ${value}
  )`;
}
