import { ConfigFault, readConfig } from '../config/index.ts';
import { openReports } from './open-reports.ts';
import { createAccessLogger, createLogger } from './create-logger.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** Entry point of the image: `node dist/main/server.js`. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logging = { level: config.logLevel, environment: config.environment };
  const log = createLogger(logging);
  const reports = await openReports(config);
  // Loaded only now, because what collects failures has to be there before the server that it watches.
  const { startProcess } = await import('./start-process.ts');
  const accessLog = createAccessLogger(logging);
  const running = await startProcess(config, log, { accessLog, reports });
  stopOnSignals(running, log);
  // After an error that nobody expected the state is unknown: log it and let the supervisor start afresh.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, event);
      reports.failed(error, { flow: 'process', code: event });
      void reports.flush().finally(() => {
        log.flush(() => process.exit(1));
      });
    });
  }
}

main().catch((error: unknown) => {
  // Before the logger exists a person reads this: one clear text, no stack.
  const text =
    error instanceof ConfigFault || error instanceof Error ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
