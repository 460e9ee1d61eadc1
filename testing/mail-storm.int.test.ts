import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHILD_ENVIRONMENT } from './child/child-environment.ts';
import { environmentFor, world, type World } from './world.ts';
import { inTx } from '../src/db/client.ts';
import { enqueueMail } from '../src/modules/outbox/index.ts';

/** `pnpm test:mails` asks for a thousand and ten; a worker needs a second of both cores to start. */
const MAILS = Number(process.env.MAIL_STORM ?? '120');
const KILLS = Number(process.env.MAIL_STORM_KILLS ?? '3');
const WORKER = fileURLToPath(new URL('./work-mails.ts', import.meta.url));

type Worker = ChildProcessByStdio<Writable, Readable, null>;

let w: World;
const workers: Worker[] = [];
beforeAll(async () => {
  w = await world();
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await w.close();
});

/** A worker that has loaded and waits to be told to begin. */
async function aWorker(): Promise<Worker> {
  const worker = spawn(process.execPath, [WORKER], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...CHILD_ENVIRONMENT, ...environmentFor(w.sandbox, w.app.config.databaseUrl) },
  });
  workers.push(worker);
  await once(worker.stdout, 'data');
  return worker;
}

async function kill(worker: Worker): Promise<void> {
  const closed = once(worker, 'close');
  worker.kill('SIGKILL');
  await closed;
}

const jobs = (statement: string) =>
  w.app.database.pool.query(`UPDATE pgboss.job ${statement} AND name = 'mail'`);

/** The seconds until the next try pass. */
const passTheDelays = () => jobs(`SET start_after = now() WHERE state = 'retry'`);

/** What the queue does fifteen seconds after the last sign of life of a worker. */
const giveBackTheJobs = () =>
  jobs(`SET state = 'retry', start_after = now() WHERE state = 'active'`);

const delivered = () => w.sandbox.mails().length;

/** More patient than that of the world: a thousand mails take their time. */
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited two minutes for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function countSent(): Promise<number> {
  const { rows } = await w.app.database.pool.query<{ count: string }>(
    `SELECT count(*) FROM popbox.outbox_mails WHERE state = 'sent'`,
  );
  return Number(rows[0]?.count);
}

async function enqueueAll(): Promise<string[]> {
  const keys = Array.from({ length: MAILS }, (_, index) => `storm/${String(index)}`);
  await inTx(w.app, 'test', async (tx, now) => {
    for (const key of keys) {
      await enqueueMail(tx, w.app, {
        key,
        kind: 'storm',
        orderId: null,
        recipient: 'ann@shop.test',
        replyTo: null,
        subject: 'Hello',
        html: '<p>{{secret}}</p>',
        text: '{{secret}}',
        secret: 'k3yToTheOrder_-abcdefghijklmnop',
        now,
      });
    }
  });
  return keys;
}

it('C11 delivers each mail once while the provider fails half the time and workers are killed', async () => {
  const keys = await enqueueAll();
  // A third is not taken at all; of the rest, a quarter is taken and the answer gets lost. Together: half.
  const match = 'POST /emails';
  w.sandbox.fault({ match, kind: 'error_500', every: 3, times: 100_000 });
  w.sandbox.fault({ match, kind: 'timeout_after_work', every: 4, times: 100_000, delayMs: 5 });

  let next = aWorker();
  for (let kills = 1; kills <= KILLS; kills += 1) {
    const worker = await next;
    next = aWorker();
    worker.stdin.write('go');
    const goal = Math.floor((kills * MAILS) / (KILLS + 1));
    await until(`${String(goal)} mails`, async () => {
      await passTheDelays();
      return delivered() >= goal;
    });
    await kill(worker);
    await giveBackTheJobs();
  }
  const last = await next;
  last.stdin.write('go');
  await until('the rest', async () => {
    await passTheDelays();
    return (await countSent()) === MAILS;
  });
  await kill(last);

  expect(
    w.sandbox
      .mails()
      .map(({ key }) => key)
      .sort(),
  ).toEqual(keys.sort());
  const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
    `SELECT DISTINCT state, sealed_secret, last_error FROM popbox.outbox_mails`,
  );
  expect(rows).toEqual([{ state: 'sent', sealed_secret: null, last_error: null }]);
  const refused = w.sandbox
    .requests()
    .filter(({ path, status }) => path === '/emails' && status !== 200);
  expect(refused.length).toBeGreaterThan(MAILS / 4);
}, 600_000);
