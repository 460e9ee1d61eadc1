import pg from 'pg';
import { startEmbeddedPostgres } from '../postgres/start-embedded-postgres.ts';

/**
 * A process of its own that holds an embedded Postgres in the folder it is given, for tests that kill or interrupt it.
 * Interrupted, it asks the server once more before it stops, as an API does that finishes its requests.
 */
const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('Give a folder.');

const server = await startEmbeddedPostgres({ dataDir, durable: true });
process.once('SIGINT', () => {
  askOnceMore().then(
    () => process.exit(0),
    (error: unknown) => {
      console.log(`failed: ${String(error)}`);
      process.exit(1);
    },
  );
});
console.log('ready');
setInterval(() => undefined, 60_000);

async function askOnceMore(): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  const { rows } = await client.query<{ answer: number }>('SELECT 42 AS answer');
  await client.end();
  console.log(`answered ${String(rows[0]?.answer)}`);
  await server.stop();
}
