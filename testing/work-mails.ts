import { once } from 'node:events';
import { readConfig } from '../src/config/index.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';

/**
 * A process of its own that works the queues until it is killed, for tests that do that to it. It says `ready` when it
 * has loaded everything, and begins with the first byte of its input, so that no test waits for a start.
 */
const SIDE_BY_SIDE = 4;

const config = readConfig(process.env);
const app = buildApp({
  config,
  log: createLogger({ level: 'silent', environment: config.environment }),
});
await app.queue.start();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, workForEver));

async function workForEver(): Promise<never> {
  for (;;) {
    await app.queue.drain();
    // Empty for the moment: what failed is due again later.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
