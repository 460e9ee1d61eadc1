import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { describingEnvironment } from '../scripts/describing-environment.ts';
import { stripeEventTypes } from '../src/modules/webhooks/index.ts';
import { cpuMs, familyOf } from './cpu-time.ts';
import { startChild, type Child } from './start-child.ts';

export type Shop = {
  api: string;
  sandbox: string;
  processes: { server: number; worker: number; postgres: number };
};

/** In ms. */
export type Cpu = { server: number; worker: number; postgres: number };

/** API and worker as processes of their own, so that the CPU of each can be told; the sandbox's is nobody's. */
export async function openShop(options: {
  databaseUrl: string;
  postgresPid: number;
  /** Where the logs go. */
  folder: string;
  /** What ends a process is added as soon as it runs, so that a start that fails leaves none behind. */
  stops: (() => Promise<void>)[];
}): Promise<{ shop: Shop; env: Record<string, string> }> {
  const { databaseUrl, folder, stops } = options;
  const [apiPort, sandboxPort] = [await getPort(), await getPort()];
  const sandbox = `http://127.0.0.1:${String(sandboxPort)}`;
  const api = `http://127.0.0.1:${String(apiPort)}`;
  const env = {
    ...describingEnvironment,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
    SANDBOX_PORT: String(sandboxPort),
    // As the operations manual has it: Stripe tells of nothing else.
    STRIPE_WEBHOOK_EVENTS: stripeEventTypes.join(),
    SUPABASE_URL: sandbox,
    STRIPE_API_BASE_URL: sandbox,
    RESEND_BASE_URL: sandbox,
  };
  const start = async (
    name: string,
    script: string,
    more: Record<string, string>,
    isReady: () => Promise<boolean>,
  ) => {
    const child: Child = await startChild({
      script: fileURLToPath(new URL(script, import.meta.url)),
      env: { ...env, ...more },
      logFile: join(folder, `${name}.log`),
      isReady,
    });
    stops.push(child.stop);
    return child.pid;
  };
  const answers = (url: string) => async () => (await fetch(url)).ok;
  const server = '../src/main/server.ts';
  await start(
    'sandbox',
    '../sandbox/main.ts',
    { PORT: String(apiPort) },
    answers(`${sandbox}/mailbox.json`),
  );
  const processes = {
    server: await start(
      'api',
      server,
      { PROCESS_ROLE: 'api', PORT: String(apiPort) },
      answers(`${api}/health`),
    ),
    // It listens nowhere, so its log tells.
    worker: await start(
      'worker',
      'work-payments.ts',
      { PROCESS_ROLE: 'worker', LOG_LEVEL: 'info' },
      async () =>
        (await readFile(join(folder, 'worker.log'), 'utf8')).includes('workers and schedules run'),
    ),
    postgres: options.postgresPid,
  };
  return { shop: { api, sandbox, processes }, env };
}

/** What each has used since it started. */
export function cpuOf({ processes }: Shop): Cpu {
  return {
    server: cpuMs([processes.server]),
    worker: cpuMs([processes.worker]),
    postgres: cpuMs(familyOf(processes.postgres)),
  };
}
