import { PgBoss } from 'pg-boss';

export const QUEUE_SCHEMA = 'pgboss';

/** Creates or migrates the queue's own schema; part of `db:migrate`, never of a running API. */
export async function installQueueSchema(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max: 1,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => {
    // start() below rejects with the same error; an unheard event would end the process instead.
  });
  await boss.start();
  await boss.stop({ graceful: false });
}
