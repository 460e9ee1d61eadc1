import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describingEnvironment } from '../../../scripts/describing-environment.ts';
import { CHILD_ENVIRONMENT } from '../../../testing/child/child-environment.ts';
import { startReportSink, type ReportSink } from '../../../testing/report-sink.ts';

let sink: ReportSink;
beforeAll(async () => {
  sink = await startReportSink();
});
afterAll(() => sink.close());

/** A real process whose database is away; answers what its log said until it was stopped. */
async function runServer(env: Record<string, string>, use: (url: string) => Promise<void>) {
  const port = await getPort();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../server.ts', import.meta.url))], {
    env: {
      ...CHILD_ENVIRONMENT,
      ...describingEnvironment,
      CLIENT_BASE_URL: 'https://shop.test',
      SUPABASE_URL: 'https://127.0.0.1:9',
      DATABASE_URL: 'postgres://127.0.0.1:9/none',
      PROCESS_ROLE: 'api',
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: string[] = [];
  const listening = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      log.push(chunk.toString());
      if (log.join('').includes('listening')) resolve();
    });
  });
  const ended = once(child, 'exit');
  try {
    await Promise.race([listening, ended]);
    await use(`http://127.0.0.1:${String(port)}`);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  return log.join('');
}

const failingRead = (url: string) =>
  fetch(`${url}/api/v1/products?token=zq-token&search=Zebulon`, {
    headers: { authorization: 'Bearer zq-token', 'user-agent': 'Browser/1.0' },
  });

test('in production a failure is reported before the process ends, and a wrong address is not', async () => {
  const log = await runServer(
    { NODE_ENV: 'production', SENTRY_DSN: sink.dsn, SENTRY_RELEASE: '1.2.3' },
    async (url) => {
      expect((await fetch(`${url}/api/v1/nothing`)).status).toBe(404);
      expect((await failingRead(url)).status).toBe(503);
    },
  );
  const events = sink.items('event');
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    environment: 'production',
    release: '1.2.3',
    tags: { flow: 'request', operationId: 'listProducts', code: 'SERVICE_UNAVAILABLE' },
    request: {
      headers: { authorization: '[redacted]', 'user-agent': 'Browser/1.0' },
      query_string: 'token=[redacted]&search=[redacted]',
    },
  });
  expect(log + sink.text()).not.toMatch(/zq-token|zebulon/i);
});

test('elsewhere nothing is reported, whatever is configured', async () => {
  const before = sink.text();
  await runServer({ NODE_ENV: 'development', SENTRY_DSN: sink.dsn }, async (url) => {
    expect((await failingRead(url)).status).toBe(503);
  });
  expect(sink.text()).toBe(before);
});
