import { flushCompileCache } from 'node:module';
import { readConfig } from '../../src/config/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { createLogger } from '../../src/main/create-logger.ts';
import { jobs, runJob } from '../../src/main/jobs.ts';
import { startProcess, type RunningProcess } from '../../src/main/start-process.ts';
import { stopOnSignals } from '../../src/main/stop-on-signals.ts';
import { childOrder, type ChildAnswer, type ChildOrder } from './child-orders.ts';

/**
 * The API as a process of its own, for tests that kill it. It is the same app as in production; only its clock can be
 * moved and its jobs be run by word of the test, over the channel that Node opens between parent and child. It waits
 * with its modules loaded until it is told to start.
 */
const clock: Clock = { offsetMs: 0 };
let running: RunningProcess | null = null;

async function obey(order: ChildOrder): Promise<void> {
  switch (order.type) {
    case 'start': {
      const config = readConfig(order.environment);
      clock.offsetMs = order.offsetMs;
      const { providerTimeoutMs } = order;
      const log = createLogger({ level: config.logLevel, environment: config.environment });
      running = await startProcess(config, log, {
        clock,
        cacheMs: 0,
        ...(providerTimeoutMs === undefined ? {} : { providerTimeoutMs }),
      });
      stopOnSignals(running, log);
      await running.ready;
      return;
    }
    case 'clock':
      clock.offsetMs = order.offsetMs;
      return;
    case 'job': {
      const job = jobs.find(({ name }) => name === order.name);
      if (!job) throw new Error(`There is no job ${order.name}.`);
      await runJob(appOf().app, job);
      return;
    }
    case 'drain':
      await appOf().app.queue.drain();
      return;
    case 'tidy':
      await appOf().app.queue.tidy();
  }
}

function appOf(): RunningProcess {
  if (!running) throw new Error('The child was not started.');
  return running;
}

function answer(message: ChildAnswer): void {
  process.send?.(message);
}

process.on('message', (message) => {
  const order = childOrder.parse(message);
  obey(order).then(
    () => {
      answer({ id: order.id, error: null });
    },
    (error: unknown) => {
      answer({ id: order.id, error: error instanceof Error ? error.message : String(error) });
    },
  );
});
// The test is gone, however it ended: nobody is left to stop this process, nor to read what it would say at its end.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Node writes it at a regular end, which this process rarely has.
flushCompileCache();
