import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { readConfig } from '../src/config/index.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { buildHttp } from '../src/main/http.ts';
import { checkOut, quantile, sideBySide, type Item } from './shopper.ts';

/** Something to buy, with the ids that a hold of it names. */
export type Sellable = Item & { inventoryId: string };
/** Prepared under its name, as the shop has it; an empty one where it does not. */
type Statement = { name: string; text: string; values: unknown[] };

/**
 * The statements that the shop itself sends to hold one unit, from BEGIN to COMMIT, written down while it does so once.
 * Copied by hand they would soon be another transaction than the one that is measured beside them.
 */
export async function recordHold(
  env: Record<string, string>,
  sellable: Sellable,
): Promise<Statement[]> {
  const config = readConfig(env);
  const app = buildApp({ config, log: createLogger({ level: 'silent', environment: 'test' }) });
  const statements: Statement[] = [];
  app.database.pool.on('connect', (client) => {
    const send = client.query.bind(client) as (...args: unknown[]) => unknown;
    const query = (...args: unknown[]) => {
      statements.push(readStatement(args));
      return send(...args);
    };
    Object.assign(client, { query });
  });
  const server = createServer(buildHttp(app));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await app.queue.start();
    const { port } = server.address() as AddressInfo;
    const { status, body } = await checkOut(`http://127.0.0.1:${String(port)}`, sellable, 'first');
    if (status !== 201) throw new Error(`The recorded checkout was refused: ${body}`);
  } finally {
    server.closeAllConnections();
    server.close();
    await app.queue.stop();
    await app.database.close();
  }
  const begin = statements.findIndex(({ text }) => text.startsWith('BEGIN'));
  const commit = statements.findIndex(({ text }, index) => index > begin && text === 'COMMIT');
  return statements.slice(begin, commit + 1);
}

/** The driver is called with a text, or with a config, and values beside or inside it. */
function readStatement([query, values]: unknown[]): Statement {
  const config = typeof query === 'string' ? { text: query } : (query as Partial<Statement>);
  return {
    name: config.name ?? '',
    text: config.text ?? '',
    values: (values as unknown[] | undefined) ?? config.values ?? [],
  };
}

/** What must be new in each hold: ids, the order's number, hashes of secrets, the client's key, the shopper's e-mail. */
const FRESH =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|PBX-[0-9A-Z]{10}|\b[0-9a-f]{64}\b|bench-first|first@example\.com/g;

/** The values of a recorded hold, as JSON, made those of another one, of another thing, by another shopper. */
function renew(recorded: string, from: Sellable, to: Sellable): unknown[][] {
  const renewed = new Map<string, string>([
    [from.productId, to.productId],
    [from.inventoryId, to.inventoryId],
    [from.productVariantId ?? '', to.productVariantId ?? ''],
  ]);
  const values = recorded.replaceAll(FRESH, (old) => {
    const known = renewed.get(old);
    if (known !== undefined) return known;
    const fresh = freshLike(old);
    renewed.set(old, fresh);
    return fresh;
  });
  return JSON.parse(values) as unknown[][];
}

function freshLike(old: string): string {
  if (old.startsWith('PBX-')) return `PBX-${randomBytes(5).toString('hex').toUpperCase()}`;
  if (old.startsWith('bench-')) return `bench-${randomUUID()}`;
  if (old.startsWith('first@')) return `${randomUUID()}@example.com`;
  return old.length === 64 ? randomBytes(32).toString('hex') : randomUUID();
}

export type BareResult = { perSecond: number; p99Ms: number };

/** Replays a recorded hold through the driver alone, in `lanes` lanes with a connection each. */
export async function replayHolds(options: {
  databaseUrl: string;
  recorded: readonly Statement[];
  from: Sellable;
  /** What the nth hold is of. */
  choose: (n: number) => Sellable;
  lanes: number;
  seconds: number;
}): Promise<BareResult> {
  const { lanes, seconds, recorded } = options;
  const pool = new pg.Pool({ connectionString: options.databaseUrl, max: lanes });
  // Without the texts, which no hold changes: what renewing costs is taken from the bare holds of a second.
  const recordedValues = JSON.stringify(recorded.map(({ values }) => values));
  const hold = async (n: number) => {
    const values = renew(recordedValues, options.from, options.choose(n));
    const started = performance.now();
    const client = await pool.connect();
    try {
      for (const [i, { name, text }] of recorded.entries()) {
        const given = values[i] ?? [];
        // Without name and values it is one message instead of five, as the shop sends it.
        const isPlain = name === '' && given.length === 0;
        await client.query(isPlain ? text : { name, text, values: given });
      }
    } catch (error) {
      // In a transaction: nobody can use it, and a pool that ends waits for it.
      client.release(true);
      throw error;
    }
    client.release();
    return performance.now() - started;
  };
  try {
    // The shop's connections are open, too, and know their statements: after five times Postgres plans none anew.
    await sideBySide(lanes, (n) => n < 6 * lanes, hold);
    const times: number[] = [];
    const end = performance.now() + seconds * 1000;
    await sideBySide(
      lanes,
      () => performance.now() < end,
      async (n) => times.push(await hold(n)),
    );
    return { perSecond: times.length / seconds, p99Ms: quantile(times, 0.99) };
  } finally {
    await pool.end();
  }
}
