import type { Logger } from 'pino';
import type { RunningProcess } from './start-process.ts';

/** Ends this process in its phases when it is told to: 0 if all of them ended well, 1 otherwise. */
export function stopOnSignals(running: RunningProcess, log: Logger): void {
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the process did not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop(signal);
    });
  }
}
