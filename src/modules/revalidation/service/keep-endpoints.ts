import { count, desc, eq } from 'drizzle-orm';
import { inTx, type Tx } from '../../../db/client.ts';
import { webhookEndpoints } from '../../../db/schema/revalidation.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { WebhookEndpoint } from '../revalidation.contract.ts';
import { revalidationProblems } from '../revalidation.problems.ts';
import { makeEndpointSecret, sealEndpointSecret } from './seal-endpoint-secret.ts';

type Row = typeof webhookEndpoints.$inferSelect;
type By = { actor: string; requestId: string | null };
type WithSecret = WebhookEndpoint & { secret: string };

const MAX_ENDPOINTS = 10;

export async function listEndpoints(app: App): Promise<WebhookEndpoint[]> {
  const rows = await app.database.db
    .select()
    .from(webhookEndpoints)
    .orderBy(desc(webhookEndpoints.id));
  return rows.map(present);
}

/** Use case. The secret is in the answer and cannot be read again. @throws Problem WEBHOOK_ENDPOINT_LIMIT */
export async function createEndpoint(app: App, request: By & { url: string }): Promise<WithSecret> {
  const id = app.newId();
  const secret = makeEndpointSecret(app);
  return inTx(app, 'revalidation.create-endpoint', async (tx, now) => {
    const [present_] = await tx.select({ n: count() }).from(webhookEndpoints);
    if ((present_?.n ?? 0) >= MAX_ENDPOINTS)
      throw new Problem(revalidationProblems.WEBHOOK_ENDPOINT_LIMIT);
    const [row] = await tx
      .insert(webhookEndpoints)
      .values({
        id,
        url: request.url,
        sealedSecret: sealEndpointSecret(app, id, secret),
        createdAt: now,
      })
      .returning();
    if (!row) throw new Error('The endpoint was not inserted.');
    await audit(tx, app, request, {
      action: 'created',
      id,
      before: null,
      after: { url: request.url },
    });
    return { ...present(row), secret };
  });
}

/** Use case. @throws Problem WEBHOOK_ENDPOINT_NOT_FOUND */
export async function changeEndpoint(
  app: App,
  request: By & { id: string; isActive: boolean },
): Promise<WebhookEndpoint> {
  const { id, isActive } = request;
  return inTx(app, 'revalidation.change-endpoint', async (tx) => {
    const row = await lockEndpoint(tx, id);
    await tx
      .update(webhookEndpoints)
      .set({ isActive, disabledReason: null })
      .where(eq(webhookEndpoints.id, id));
    await audit(tx, app, request, {
      action: 'changed',
      id,
      before: { isActive: row.isActive },
      after: { isActive },
    });
    return present(await lockEndpoint(tx, id));
  });
}

/** Use case. @throws Problem WEBHOOK_ENDPOINT_NOT_FOUND */
export async function deleteEndpoint(app: App, request: By & { id: string }): Promise<void> {
  const { id } = request;
  await inTx(app, 'revalidation.delete-endpoint', async (tx) => {
    const row = await lockEndpoint(tx, id);
    await tx.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id));
    await audit(tx, app, request, { action: 'deleted', id, before: { url: row.url }, after: null });
  });
}

/** Use case: a new secret; for a day the former one signs as well. @throws Problem WEBHOOK_ENDPOINT_NOT_FOUND */
export async function rotateSecret(app: App, request: By & { id: string }): Promise<WithSecret> {
  const { id } = request;
  const secret = makeEndpointSecret(app);
  return inTx(app, 'revalidation.rotate', async (tx, now) => {
    const row = await lockEndpoint(tx, id);
    await tx
      .update(webhookEndpoints)
      .set({
        sealedSecret: sealEndpointSecret(app, id, secret),
        sealedPreviousSecret: row.sealedSecret,
        previousUntil: addMs(now, DAY_MS),
      })
      .where(eq(webhookEndpoints.id, id));
    await audit(tx, app, request, { action: 'secret_rotated', id, before: null, after: null });
    return { ...present(await lockEndpoint(tx, id)), secret };
  });
}

async function lockEndpoint(tx: Tx, id: string): Promise<Row> {
  const [row] = await tx
    .select()
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.id, id))
    .for('no key update');
  if (!row) throw new Problem(revalidationProblems.WEBHOOK_ENDPOINT_NOT_FOUND);
  return row;
}

async function audit(
  tx: Tx,
  app: App,
  by: By,
  entry: {
    action: string;
    id: string;
    before: Record<string, unknown> | null;
    after: Record<string, unknown> | null;
  },
): Promise<void> {
  await recordAudit(tx, {
    id: app.newId(),
    actor: by.actor,
    requestId: by.requestId,
    action: `webhook_endpoint.${entry.action}`,
    targetType: 'webhook_endpoint',
    targetId: entry.id,
    before: entry.before,
    after: entry.after,
  });
}

function present(row: Row): WebhookEndpoint {
  return {
    id: row.id,
    url: row.url,
    isActive: row.isActive,
    disabledReason: row.disabledReason,
    previousSecretUntil: row.previousUntil?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
