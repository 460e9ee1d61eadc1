import pg from 'pg';

export type ScanFinder = {
  /** The large tables that a read goes through from end to end, each with its statement and plan. */
  scansOf: (read: () => Promise<unknown>) => Promise<string[]>;
};

/**
 * Listens to a pool, so that what is explained is what was really asked. A table is read in full where its plan has a
 * sequential scan.
 */
export function findScans(pool: pg.Pool, url: string, large: readonly string[]): ScanFinder {
  let statements: pg.QueryConfig[] = [];
  const query = pool.query.bind(pool) as (...given: unknown[]) => unknown;
  pool.query = ((...given: unknown[]) => {
    const [config, values] = given;
    if (typeof config === 'string') statements.push({ text: config, values: listOf(values) });
    else if (isQuery(config)) {
      statements.push({ text: config.text, values: config.values ?? listOf(values) });
    }
    return query(...given);
  }) as typeof pool.query;
  return {
    scansOf: async (read) => {
      statements = [];
      await read();
      const asked = statements.filter(({ text }) => /^\s*select/i.test(text));
      if (asked.length === 0) throw new Error('The read asked nothing.');
      return explain(url, asked, large);
    },
  };
}

async function explain(
  url: string,
  asked: readonly pg.QueryConfig[],
  large: readonly string[],
): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const scans: string[] = [];
    for (const { text, values } of asked) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      const scanned = [...plan.matchAll(/Seq Scan on (?:popbox\.)?(\w+)/g)].map(([, name]) => name);
      if (scanned.some((name) => name !== undefined && large.includes(name))) {
        scans.push(`${text}\n\n${plan}`);
      }
    }
    return scans;
  } finally {
    await client.end();
  }
}

const listOf = (values: unknown): unknown[] => (Array.isArray(values) ? values : []);
const isQuery = (config: unknown): config is pg.QueryConfig =>
  typeof config === 'object' && config !== null && 'text' in config;
