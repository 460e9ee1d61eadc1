import { schedule, type ScheduledTask } from 'node-cron';
import { JOB_LOCKS, tryJobLock, type JobLock } from '../db/locks.ts';
import { inTx } from '../db/client.ts';
import type { App } from '../kernel/app.ts';
import { refreshTrendingScores } from '../modules/analytics/index.ts';
import { indexProducts } from '../modules/catalog/index.ts';
import { expireHolds, pruneAttempts, resumeCheckouts } from '../modules/checkout/index.ts';
import { closeDueSets } from '../modules/kuji/index.ts';
import {
  deleteObject,
  objectDeletionQueue,
  requeueStrandedDeletions,
} from '../modules/media/index.ts';
import { mailQueue, requeueStrandedMails, sendMail } from '../modules/outbox/index.ts';
import { finishRefunds } from '../modules/refunds/index.ts';
import {
  announceChanges,
  deliverWebhook,
  webhookDeliveryQueue,
} from '../modules/revalidation/index.ts';
import {
  requeueStrandedEvents,
  stripeEventQueue,
  workStripeEvent,
} from '../modules/webhooks/index.ts';
import type { QueueDefinition } from '../queue/define-queue.ts';

/** Every queue. */
export const queueDefinitions: readonly QueueDefinition[] = [
  mailQueue,
  webhookDeliveryQueue,
  stripeEventQueue,
  objectDeletionQueue,
];

/** Who works which queue. */
export function registerWorkers(app: App): void {
  app.queue.register(webhookDeliveryQueue, (payload, context) =>
    deliverWebhook(app, payload, context),
  );
  app.queue.register(mailQueue, (payload, context) => sendMail(app, payload, context));
  app.queue.register(objectDeletionQueue, (payload) => deleteObject(app, payload));
  app.queue.register(stripeEventQueue, (payload, context) =>
    workStripeEvent(app, payload, context),
  );
}

export type Job = {
  name: string;
  cron: string;
  lock: JobLock;
  run: (app: App) => Promise<unknown>;
  /** Also once at the start: without it a new shop would lack something until the first turn. */
  atStart?: boolean;
};

/** Every schedule, in UTC. */
export const jobs: readonly Job[] = [
  {
    name: 'announce-changes',
    cron: '*/5 * * * * *',
    lock: JOB_LOCKS.announceChanges,
    run: announceChanges,
  },
  { name: 'expire-holds', cron: '*/2 * * * *', lock: JOB_LOCKS.expireHolds, run: expireHolds },
  {
    name: 'resume-checkouts',
    cron: '*/2 * * * *',
    lock: JOB_LOCKS.resumeCheckouts,
    run: resumeCheckouts,
  },
  {
    name: 'finish-refunds',
    cron: '*/2 * * * *',
    lock: JOB_LOCKS.finishRefunds,
    run: finishRefunds,
  },
  { name: 'close-kuji-sets', cron: '7 * * * *', lock: JOB_LOCKS.closeKujiSets, run: closeDueSets },
  {
    name: 'requeue-stranded',
    cron: '*/5 * * * *',
    lock: JOB_LOCKS.requeueStranded,
    run: async (app) => {
      await requeueStrandedMails(app);
      await requeueStrandedEvents(app);
      await requeueStrandedDeletions(app);
    },
  },
  {
    name: 'refresh-trending',
    cron: '*/5 * * * *',
    lock: JOB_LOCKS.refreshTrending,
    run: refreshTrendingScores,
    atStart: true,
  },
  {
    name: 'index-products',
    cron: '*/5 * * * *',
    lock: JOB_LOCKS.indexProducts,
    run: indexProducts,
    atStart: true,
  },
  { name: 'prune', cron: '17 3 * * *', lock: JOB_LOCKS.prune, run: pruneAttempts },
];

export type Schedules = { stop: () => Promise<void> };

/**
 * Starts the schedules. A run is skipped while the previous one of this process still goes on. Several instances may run
 * them: each job claims its rows itself (leases, SKIP LOCKED); the lock only saves needless work.
 */
export function startSchedules(app: App): Schedules {
  const running = new Set<Promise<void>>();
  const busy = new Set<string>();
  const start = (job: Job) => {
    if (busy.has(job.name)) return;
    busy.add(job.name);
    const run = runJob(app, job).finally(() => {
      busy.delete(job.name);
      running.delete(run);
    });
    running.add(run);
  };
  const tasks: ScheduledTask[] = jobs.map((job) =>
    schedule(
      job.cron,
      () => {
        start(job);
      },
      { timezone: 'UTC' },
    ),
  );
  for (const job of jobs) if (job.atStart === true) start(job);
  return {
    stop: async () => {
      for (const task of tasks) await task.stop();
      await Promise.allSettled(running);
    },
  };
}

/** Runs a job as its schedule does: not while another instance runs it, and a failure is logged. */
export async function runJob(app: App, job: Job): Promise<void> {
  try {
    // The lock is let go before the work: a job calls providers, and no transaction may be open then.
    const free = await inTx(app, `jobs.${job.name}`, (tx) => tryJobLock(tx, job.lock));
    if (free) await job.run(app);
  } catch (error) {
    app.log.error({ err: error, job: job.name }, 'job failed');
  }
}
