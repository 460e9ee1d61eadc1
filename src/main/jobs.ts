import { schedule, type ScheduledTask } from 'node-cron';
import { JOB_LOCKS, tryJobLock, type JobLock } from '../db/locks.ts';
import { inTx } from '../db/client.ts';
import type { App } from '../kernel/app.ts';
import { refreshTrendingScores } from '../modules/analytics/index.ts';
import { indexProducts } from '../modules/catalog/index.ts';
import { expireHolds, pruneAttempts, resumeCheckouts } from '../modules/checkout/index.ts';
import { alertLowStock } from '../modules/inventory/index.ts';
import { closeDueSets } from '../modules/kuji/index.ts';
import {
  deleteObject,
  objectDeletionQueue,
  requeueStrandedDeletions,
} from '../modules/media/index.ts';
import {
  forgetDeadSecrets,
  mailQueue,
  requeueStrandedMails,
  sendMail,
} from '../modules/outbox/index.ts';
import { remindOfTickets } from '../modules/orders/index.ts';
import { forgetPersonalData } from '../modules/privacy/index.ts';
import {
  finishRefunds,
  refundQueue,
  returnSecondPayment,
  surplusQueue,
  workRefund,
} from '../modules/refunds/index.ts';
import {
  announceChanges,
  deliverWebhook,
  webhookDeliveryQueue,
} from '../modules/revalidation/index.ts';
import {
  reconcileStripe,
  requeueStrandedEvents,
  resendEventQueue,
  stripeEventQueue,
  workResendEvents,
  workStripeEvents,
} from '../modules/webhooks/index.ts';
import type { QueueDefinition } from '../queue/define-queue.ts';

/** Every queue. */
export const queueDefinitions: readonly QueueDefinition[] = [
  mailQueue,
  webhookDeliveryQueue,
  stripeEventQueue,
  refundQueue,
  surplusQueue,
  objectDeletionQueue,
  resendEventQueue,
];

/** Who works which queue. */
export function registerWorkers(app: App): void {
  app.queue.register(webhookDeliveryQueue, (payload, context) =>
    deliverWebhook(app, payload, context),
  );
  app.queue.register(mailQueue, (payload, context) => sendMail(app, payload, context));
  app.queue.register(objectDeletionQueue, (payload) => deleteObject(app, payload));
  app.queue.register(refundQueue, (payload) => workRefund(app, payload));
  app.queue.register(surplusQueue, (payload) => returnSecondPayment(app, payload));
  app.queue.registerBatch(stripeEventQueue, (jobs) => workStripeEvents(app, jobs));
  app.queue.registerBatch(resendEventQueue, (jobs) => workResendEvents(app, jobs));
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
  {
    name: 'reconcile-stripe',
    cron: '41 4 * * *',
    lock: JOB_LOCKS.reconcileStripe,
    run: (app) => reconcileStripe(app),
  },
  { name: 'close-kuji-sets', cron: '7 * * * *', lock: JOB_LOCKS.closeKujiSets, run: closeDueSets },
  {
    name: 'requeue-stranded',
    cron: '*/5 * * * *',
    lock: JOB_LOCKS.requeueStranded,
    run: async (app) => {
      await requeueStrandedMails(app);
      await forgetDeadSecrets(app);
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
  {
    // Late morning in Calgary.
    name: 'remind-of-tickets',
    cron: '5 17 * * *',
    lock: JOB_LOCKS.remindOfTickets,
    run: remindOfTickets,
  },
  {
    name: 'alert-low-stock',
    cron: '*/10 * * * *',
    lock: JOB_LOCKS.alertLowStock,
    run: alertLowStock,
  },
  { name: 'prune', cron: '17 3 * * *', lock: JOB_LOCKS.prune, run: pruneAttempts },
  {
    name: 'forget-personal',
    cron: '37 3 * * *',
    lock: JOB_LOCKS.forgetPersonal,
    run: forgetPersonalData,
  },
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
  const started = performance.now();
  const told = (outcome: 'done' | 'failed') =>
    app.metrics?.job({ name: job.name, outcome, seconds: (performance.now() - started) / 1000 });
  try {
    // The lock is let go before the work: a job calls providers, and no transaction may be open then.
    const free = await inTx(app, `jobs.${job.name}`, (tx) => tryJobLock(tx, job.lock));
    if (!free) return;
    await job.run(app);
    told('done');
  } catch (error) {
    app.log.error({ err: error, job: job.name }, 'job failed');
    app.reports.failed(error, { flow: 'job', job: job.name });
    told('failed');
  }
}
