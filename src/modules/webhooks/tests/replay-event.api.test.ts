import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, anOpenCheckout, aProduct, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { workOne } from './work-one.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

refusesStrangers(
  () => w,
  [
    ['get', '/admin/webhook-events'],
    ['post', `/admin/webhook-events/${randomUUID()}/replay`],
  ],
);

const list = (query: Record<string, string>) =>
  w.http
    .get('/api/v1/admin/webhook-events')
    .query(query)
    .set('Authorization', `Bearer ${admin.token}`);
const replay = (id: string) =>
  w.http
    .post(`/api/v1/admin/webhook-events/${id}/replay`)
    .set('Authorization', `Bearer ${admin.token}`);

async function plant(state: string, objectId: string): Promise<string> {
  const id = w.app.newId();
  await w.app.database.pool.query(
    `INSERT INTO popbox.inbound_events (id, provider, event_id, type, object_id, payload, state, reason, processed_at)
     VALUES ($1, 'stripe', $2, 'checkout.session.completed', $3, '{}', $4::varchar, 'planted',
             CASE WHEN $4::varchar IN ('processed', 'ignored') THEN now() END)`,
    [id, `evt_${id}`, objectId, state],
  );
  return id;
}

describe('parked events', () => {
  it('are listed newest first, by state and page', async () => {
    const older = await plant('parked', 'cs_1');
    await plant('ignored', 'cs_2');
    const newer = await plant('parked', 'cs_3');
    const first = await list({ state: 'parked', limit: '1' });
    expect(first.body).toMatchObject({
      data: { items: [{ id: newer, state: 'parked', reason: 'planted' }] },
    });
    const { data } = first.body as { data: { nextCursor: string } };
    const second = await list({ state: 'parked', limit: '1', cursor: data.nextCursor });
    expect(second.body).toMatchObject({ data: { items: [{ id: older }], nextCursor: null } });
    expect((await list({ state: 'lost' })).status).toBe(400);
  });

  it('are worked again when an admin says so, once', async () => {
    const { productId, variantId } = await aProduct(w);
    const opened = await anOpenCheckout(w, [
      { productId, productVariantId: variantId, quantity: 1 },
    ]);
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    const id = await plant('parked', opened.sessionId);
    const replayed = await replay(id);
    expect(replayed.status).toBe(200);
    expect(replayed.body).toMatchObject({ data: { id, state: 'received', reason: null } });
    await w.drain();
    const { rows } = await w.app.database.pool.query<{ status: string }>(
      'SELECT status FROM popbox.orders WHERE id = $1',
      [opened.orderId],
    );
    expect(rows).toEqual([{ status: 'paid' }]);
    const audit = await w.app.database.pool.query(
      `SELECT actor, before, after FROM popbox.audit_entries WHERE target_id = $1`,
      [id],
    );
    expect(audit.rows).toEqual([
      {
        actor: `admin:${admin.userId}`,
        before: { state: 'parked', reason: 'planted' },
        after: { state: 'received' },
      },
    ]);
    const again = await replay(id);
    expect(again.status).toBe(409);
    expect(again.text).toContain('WEBHOOK_EVENT_DONE');
  });

  it('are those whose last try failed, with the reason', async () => {
    const { productId, variantId } = await aProduct(w);
    const opened = await anOpenCheckout(w, [
      { productId, productVariantId: variantId, quantity: 1 },
    ]);
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    const inboundId = await plant('received', opened.sessionId);
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 4 });
    for (const [isLastTry, state] of [
      [false, 'failed'],
      [true, 'parked'],
    ] as const) {
      const tried = workOne(w.app, inboundId, { isLastTry });
      await expect(tried).rejects.toThrow('stripe retrieveSession');
      const listed = await list({ state, limit: '1' });
      expect(listed.body).toMatchObject({
        data: {
          items: [{ id: inboundId, reason: expect.stringContaining('retrieveSession') as string }],
        },
      });
    }
    expect((await replay(inboundId)).status).toBe(200);
    await w.drain();
    const { rows } = await w.app.database.pool.query<{ state: string; attempts: number }>(
      'SELECT state, attempts FROM popbox.inbound_events WHERE id = $1',
      [inboundId],
    );
    expect(rows).toEqual([{ state: 'processed', attempts: 3 }]);
  });

  it('that nobody knows cannot be replayed', async () => {
    const response = await replay(randomUUID());
    expect(response.status).toBe(404);
    expect(response.text).toContain('WEBHOOK_EVENT_NOT_FOUND');
  });
});
