import pg from 'pg';
import { cpuMs, familyOf } from './cpu-time.ts';

const STATEMENTS = 4_000;

/**
 * CPU in µs of one prepared `SELECT` through the driver, this process and Postgres together. What it costs changes with the
 * machine and with whoever shares it, by a factor of two within a day; figures of two runs are comparable by it.
 */
export async function measureBareSelect(databaseUrl: string, postgresPid: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const select = { name: 'bare', text: 'SELECT $1::int AS one', values: [1] };
    const sendAll = async () => {
      for (let i = 0; i < STATEMENTS; i += 1) await client.query(select);
    };
    // The first ones find code that has not run before.
    await sendAll();
    const used = () => cpuMs([process.pid]) + cpuMs(familyOf(postgresPid));
    const before = used();
    await sendAll();
    return ((used() - before) * 1_000) / STATEMENTS;
  } finally {
    await client.end();
  }
}
