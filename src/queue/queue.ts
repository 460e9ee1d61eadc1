import pLimit from 'p-limit';
import { PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';
import type { Logger } from 'pino';
import { clientOf, type Tx } from '../db/client.ts';
import { deadLetterName, type QueueDefinition } from './define-queue.ts';
import { QUEUE_SCHEMA } from './install-queue-schema.ts';

export type JobContext = {
  /** 1 for the first try. */
  attempt: number;
  /** True when a failure now sends the job to the dead letters. */
  isLastTry: boolean;
};

export type JobHandler<Payload> = (payload: Payload, context: JobContext) => Promise<void>;

export type Job<Payload> = { payload: Payload; context: JobContext };

/** Works jobs that were fetched together; answers in their order how each of them ended. */
export type BatchHandler<Payload> = (
  jobs: readonly Job<Payload>[],
) => Promise<PromiseSettledResult<unknown>[]>;

export type Queue = {
  /** Creates the missing queues. Must run before the first `enqueue`. */
  start: () => Promise<void>;
  /** Writes the job in the caller's transaction: it exists exactly if the transaction commits. */
  enqueue: <Payload extends object>(
    tx: Tx,
    queue: QueueDefinition<Payload>,
    payload: Payload,
  ) => Promise<void>;
  /** Several jobs of one queue in one statement. */
  enqueueAll: <Payload extends object>(
    tx: Tx,
    queue: QueueDefinition<Payload>,
    payloads: readonly Payload[],
  ) => Promise<void>;
  /** Says who works a queue; nothing runs before `startWorkers` or `drain`. */
  register: <Payload extends object>(
    queue: QueueDefinition<Payload>,
    handler: JobHandler<Payload>,
  ) => void;
  /** The same where jobs that wait together cost less when they are worked together. */
  registerBatch: <Payload extends object>(
    queue: QueueDefinition<Payload>,
    handler: BatchHandler<Payload>,
  ) => void;
  startWorkers: (options?: { except?: readonly QueueDefinition[] }) => Promise<void>;
  /** Works everything that is due in this process until nothing is left; for tests and commands. */
  drain: () => Promise<{ done: number; failed: number }>;
  /** Does the housekeeping now: jobs whose worker is gone get their next try. Workers do it by themselves each minute. */
  tidy: () => Promise<void>;
  stop: () => Promise<void>;
};

type Worker = {
  definition: QueueDefinition;
  run: (jobs: readonly JobWithMetadata[]) => Promise<(PromiseSettledResult<unknown> | undefined)[]>;
  /** How many jobs `drain` fetches at a time: one, where nothing is gained by more. */
  drained: number;
};

const POLL_SECONDS = 0.5;
/**
 * Jobs that are fetched and settled together. A full batch is followed by the next one at once; one job at a time would
 * wait for the clock after each, and a drop's payments would be worked at eight a second, however idle the machine.
 */
const BATCH = 8;
/** Of a batch, how many run side by side: below the pool's size, so that requests find a connection. */
const PARALLEL = 4;

function contextOf(queue: QueueDefinition, { retryCount }: JobWithMetadata): JobContext {
  return { attempt: retryCount + 1, isLastTry: retryCount >= queue.retryLimit };
}

/** The job queue in the same Postgres. `url` must not be a transaction-mode pooler's for workers. */
export function createQueue(options: {
  url: string;
  log: Logger;
  definitions: readonly QueueDefinition[];
  /** Workers also do the queue's housekeeping. */
  isWorker: boolean;
}): Queue {
  const { log, definitions } = options;
  const workers = new Map<string, Worker>();
  const boss = new PgBoss({
    connectionString: options.url,
    schema: QUEUE_SCHEMA,
    application_name: 'popbox-queue',
    max: options.isWorker ? 4 : 2,
    supervise: options.isWorker,
    schedule: false,
    migrate: false,
    createSchema: false,
  });
  boss.on('error', (error) => {
    log.error({ err: error }, 'queue error');
  });

  /** Each job ends for itself: one that fails takes no other of its batch with it. */
  async function runBatch(worker: Worker, jobs: readonly JobWithMetadata[]): Promise<JobResult[]> {
    const [all] = await Promise.allSettled([worker.run(jobs)]);
    return jobs.map(({ id, name }, index) => {
      const end = all.status === 'fulfilled' ? all.value[index] : all;
      if (end?.status === 'fulfilled') return { id, status: 'completed' };
      log.warn({ err: end?.reason as unknown, queue: name, jobId: id }, 'job failed');
      return { id, status: 'failed' };
    });
  }

  async function drainOne(worker: Worker): Promise<{ done: number; failed: number }> {
    const { name } = worker.definition;
    const count = { done: 0, failed: 0 };
    for (;;) {
      const jobs = await boss.fetch<object>(name, {
        batchSize: worker.drained,
        includeMetadata: true,
      });
      if (jobs.length === 0) return count;
      for (const { id, status } of await runBatch(worker, jobs)) {
        if (status === 'completed') {
          await boss.complete(name, id);
          count.done += 1;
        } else {
          await boss.fail(name, id);
          count.failed += 1;
        }
      }
    }
  }

  async function enqueueAll(
    tx: Tx,
    queue: QueueDefinition,
    payloads: readonly object[],
  ): Promise<void> {
    if (payloads.length === 0) return;
    const db = {
      executeSql: (text: string, values?: unknown[]) => clientOf(tx).query({ text }, values),
    };
    const jobs = payloads.map((data) => ({ data }));
    const ids = await boss.insert(queue.name, jobs, { db, returnId: true });
    // Fewer means that the queue swallowed some (throttled, singleton); ours has no such policy.
    if (ids?.length !== jobs.length) throw new Error(`The queue ${queue.name} did not take a job.`);
  }

  return {
    start: async () => {
      await boss.start();
      for (const definition of definitions) {
        const settings = {
          retryLimit: definition.retryLimit,
          retryDelay: definition.retryDelaySeconds,
          retryBackoff: true,
          retryDelayMax: definition.retryDelayMaxSeconds,
          expireInSeconds: definition.expireInSeconds,
          heartbeatSeconds: 15,
          deleteAfterSeconds: 3 * 24 * 3600,
        };
        const dead = deadLetterName(definition);
        if (!(await boss.getQueue(dead))) await boss.createQueue(dead);
        if (!(await boss.getQueue(definition.name))) {
          await boss.createQueue(definition.name, { ...settings, deadLetter: dead });
        }
      }
    },
    enqueue: (tx, queue, payload) => enqueueAll(tx, queue, [payload]),
    enqueueAll,
    register: (queue, handler) => {
      const sideBySide = pLimit(PARALLEL);
      const runOne = async (job: JobWithMetadata) => {
        await handler(queue.payload.parse(job.data), contextOf(queue, job));
      };
      workers.set(queue.name, {
        definition: queue,
        run: (jobs) => Promise.allSettled(jobs.map((job) => sideBySide(runOne, job))),
        drained: 1,
      });
    },
    registerBatch: (queue, handler) => {
      workers.set(queue.name, {
        definition: queue,
        run: async (jobs) => {
          const read = jobs.map((job) => ({
            payload: queue.payload.safeParse(job.data),
            context: contextOf(queue, job),
          }));
          // One that cannot be read must not stop the others.
          const readable = read.flatMap(({ payload, context }) =>
            payload.success ? [{ payload: payload.data, context }] : [],
          );
          const ends = await handler(readable);
          let next = 0;
          return read.map(({ payload }) =>
            payload.success ? ends[next++] : { status: 'rejected', reason: payload.error },
          );
        },
        drained: BATCH,
      });
    },
    startWorkers: async ({ except = [] } = {}) => {
      for (const worker of workers.values()) {
        if (except.includes(worker.definition)) continue;
        await boss.work(
          worker.definition.name,
          {
            batchSize: BATCH,
            burstWhenBatchFull: true,
            perJobResults: true as const,
            includeMetadata: true as const,
            pollingIntervalSeconds: POLL_SECONDS,
          },
          (jobs: JobWithMetadata[]) => runBatch(worker, jobs),
        );
      }
    },
    drain: async () => {
      const total = { done: 0, failed: 0 };
      // A job may enqueue another for a queue that was already looked at: go on until a round is empty.
      for (let round = 0; round < 100; round += 1) {
        let worked = 0;
        for (const worker of workers.values()) {
          const count = await drainOne(worker);
          worked += count.done + count.failed;
          total.done += count.done;
          total.failed += count.failed;
        }
        if (worked === 0) return total;
      }
      throw new Error('The queues did not become empty in 100 rounds.');
    },
    tidy: () => boss.supervise(),
    stop: async () => {
      await boss.stop({ graceful: true, timeout: 8_000, close: true });
    },
  };
}
