import { and, eq, sql } from 'drizzle-orm';
import { inTx, readNow } from '../../../db/client.ts';
import { webhookDeliveries, webhookEndpoints } from '../../../db/schema/revalidation.ts';
import { postWebhook } from '../../../integrations/webhooks/post-webhook.ts';
import { signWebhook } from '../../../integrations/webhooks/sign-webhook.ts';
import type { App } from '../../../kernel/app.ts';
import type { JobContext } from '../../../queue/queue.ts';
import { openEndpointSecret } from './seal-endpoint-secret.ts';

type Endpoint = typeof webhookEndpoints.$inferSelect;

const GONE = 410;

/**
 * Job: makes one call. Anything but 2xx is a failure and is tried again later; 410 means that the receiver is gone for
 * good and switches the endpoint off.
 */
export async function deliverWebhook(
  app: App,
  job: { deliveryId: string },
  context: Pick<JobContext, 'isLastTry'>,
): Promise<void> {
  const [row] = await app.database.db
    .select()
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
    .where(eq(webhookDeliveries.id, job.deliveryId));
  if (row?.webhook_deliveries.state !== 'queued') return;
  const { webhook_deliveries: delivery, webhook_endpoints: endpoint } = row;
  if (!endpoint.isActive) {
    await note(app, delivery.id, {
      state: 'dead',
      status: null,
      error: 'the endpoint is switched off',
    });
    return;
  }
  const body = JSON.stringify(delivery.payload);
  const signed = signWebhook({
    id: delivery.eventId,
    // Receivers compare with their own clock, so this is the real time and not the shop's.
    timestampSeconds: Math.floor((performance.timeOrigin + performance.now()) / 1000),
    body,
    secrets: await secretsOf(app, endpoint),
  });
  const answer = await postWebhook({
    url: endpoint.url,
    headers: signed,
    body,
    allowPrivateAddresses: !app.config.isProduction,
  });
  if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
    await note(app, delivery.id, { state: 'delivered', status: answer.status, error: null });
    return;
  }
  if (answer.status === GONE) await switchOff(app, endpoint.id);
  const isOver = context.isLastTry || answer.status === GONE;
  await note(app, delivery.id, { state: isOver ? 'dead' : 'queued', ...answer });
  if (!isOver) throw new Error(`The endpoint ${endpoint.id} did not take the call.`);
}

async function secretsOf(app: App, endpoint: Endpoint): Promise<string[]> {
  const now = await readNow(app);
  const isRotating = endpoint.previousUntil !== null && endpoint.previousUntil > now;
  return [
    openEndpointSecret(app, endpoint.id, endpoint.sealedSecret),
    ...(isRotating && endpoint.sealedPreviousSecret !== null
      ? [openEndpointSecret(app, endpoint.id, endpoint.sealedPreviousSecret)]
      : []),
  ];
}

async function note(
  app: App,
  deliveryId: string,
  outcome: { state: 'queued' | 'delivered' | 'dead'; status: number | null; error: string | null },
): Promise<void> {
  await inTx(app, 'revalidation.note', async (tx, now) => {
    await tx
      .update(webhookDeliveries)
      .set({
        state: outcome.state,
        attempts: sql`${webhookDeliveries.attempts} + 1`,
        lastStatus: outcome.status,
        lastError: outcome.error,
        deliveredAt: outcome.state === 'delivered' ? now : null,
      })
      .where(and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.state, 'queued')));
  });
}

async function switchOff(app: App, endpointId: string): Promise<void> {
  await inTx(app, 'revalidation.switch-off', async (tx) => {
    await tx
      .update(webhookEndpoints)
      .set({ isActive: false, disabledReason: 'The receiver answered 410: gone.' })
      .where(eq(webhookEndpoints.id, endpointId));
  });
}
