import { readConfig } from '../src/config/index.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { startSchedules } from '../src/main/jobs.ts';
import { mailQueue } from '../src/modules/outbox/index.ts';

/**
 * A worker that sends no mails: a purchase is over when its mails are enqueued, and sending them would be counted with it.
 */
const config = readConfig(process.env);
const log = createLogger({ level: config.logLevel, environment: config.environment });
const app = buildApp({ config, log });
await app.queue.start();
await app.queue.startWorkers({ except: [mailQueue] });
const schedules = startSchedules(app);
log.info('workers and schedules run');
process.once('SIGTERM', () => {
  void schedules
    .stop()
    .then(() => app.queue.stop())
    .then(() => app.database.close())
    .then(() => process.exit(0));
});
