import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { anAdmin, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { newId } from '../../../kernel/ids.ts';
import type { AuditRecord } from '../audit.admin-contract.ts';
import { recordAudit, type AuditEntry } from '../index.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

type Page = { items: AuditRecord[]; nextCursor: string | null };
const ask = (query: Record<string, string>) =>
  callAs<Page>(w, admin, ['get', `/admin/audit?${new URLSearchParams(query).toString()}`]);
const list = async (query: Record<string, string>) => {
  const answer = await ask(query);
  expect(answer.status, JSON.stringify(answer)).toBe(200);
  return answer.data;
};

async function record(entry: Partial<AuditEntry> = {}): Promise<string> {
  const id = newId();
  await inTx(w.app, 'test', (tx) =>
    recordAudit(tx, {
      id,
      actor: 'system:test',
      action: 'thing.changed',
      targetType: 'thing',
      targetId: 'one',
      before: { a: 1 },
      after: { a: 2 },
      requestId: null,
      ...entry,
    }),
  );
  return id;
}

refusesStrangers(() => w, [['get', '/admin/audit']]);

it('shows what an admin did, under the id of the request that did it', async () => {
  const response = await w.http
    .post('/api/v1/admin/tags')
    .set('Authorization', `Bearer ${admin.token}`)
    .set('X-Request-Id', 'request-of-a-tag')
    .send({ name: 'Audited', slug: '', tagType: 'brand' });
  const tag = (response.body as { data: { id: string } }).data;
  const { items } = await list({ requestId: 'request-of-a-tag' });
  expect(items).toEqual([
    {
      id: items[0]?.id,
      actor: `admin:${admin.userId}`,
      action: 'tag.created',
      targetType: 'tag',
      targetId: tag.id,
      before: null,
      after: tag,
      requestId: 'request-of-a-tag',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    },
  ]);
});

describe('the log', () => {
  it('is filtered by actor, action, target and time', async () => {
    const one = await record({ targetId: 'f1', actor: 'command:f' });
    const two = await record({ targetId: 'f2', actor: 'command:f', action: 'thing.made' });
    const found = async (query: Record<string, string>) =>
      (await list(query)).items.map(({ id }) => id);
    expect(await found({ actor: 'command:f' })).toEqual([two, one]);
    expect(await found({ actor: 'command:f', action: 'thing.made' })).toEqual([two]);
    expect(await found({ targetType: 'thing', targetId: 'f1' })).toEqual([one]);
    expect(await found({ targetType: 'other', targetId: 'f1' })).toEqual([]);
    const { rows } = await w.app.database.db.execute<{ at: string }>(sql`
      SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
      FROM popbox.audit_entries WHERE id = ${two}::uuid`);
    const at = rows[0]?.at ?? '';
    expect(await found({ actor: 'command:f', from: at })).toEqual([two]);
    expect(await found({ actor: 'command:f', until: at })).toEqual([one]);
  });

  it('is read page by page while it grows, nothing missing and nothing twice', async () => {
    const made: string[] = [];
    for (let i = 0; i < 7; i += 1) made.unshift(await record({ targetId: 'pages' }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await list({
        targetId: 'pages',
        limit: '2',
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await record({ targetId: 'pages' });
    } while (cursor !== null);
    expect(seen).toEqual(made);
  });

  it('begins anew with a junk cursor', async () => {
    const first = await list({ limit: '1' });
    for (const cursor of ['junk', Buffer.from('{"id":"x"}').toString('base64url')]) {
      expect(await list({ limit: '1', cursor })).toEqual(first);
    }
  });

  it.each(['1900-01-01T00:00:00.123456Z', '2199-12-31T23:59:59-14:59'])(
    'takes the time %s',
    async (from) => {
      expect((await ask({ from, until: from })).status).toBe(200);
    },
  );

  it.each([
    ['from=yesterday', 'from'],
    ['until=2026-02-31T00:00:00Z', 'until'],
    ['from=0000-01-01T00:00:00Z', 'from'],
    ['until=9999-12-31T23:59:59.999Z', 'until'],
    ['from=2026-01-01T00:00:00%2B23:59', 'from'],
    ['until=2026-01-01T00:00:00-16:00', 'until'],
    [`from=2026-01-01T00:00:00.${'0'.repeat(200)}Z`, 'from'],
    ['limit=0', 'limit'],
    [`actor=${'x'.repeat(121)}`, 'actor'],
  ])('refuses %s', async (query, field) => {
    const answer = await callAs(w, admin, ['get', `/admin/audit?${query}`]);
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(Object.keys(answer.fields)).toEqual([field]);
  });
});
