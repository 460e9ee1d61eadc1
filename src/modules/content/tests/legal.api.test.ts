import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAdmin, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { newId } from '../../../kernel/ids.ts';
import type { LegalDocument } from '../content.contract.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world({ poolMax: 20 });
  admin = await anAdmin(w);
});
beforeEach(() => w.app.database.pool.query('TRUNCATE popbox.legal_documents'));
afterAll(() => w.close());

type Reply<T> = { status: number; data: T; code: unknown };

async function call<T>(
  method: 'get' | 'post' | 'patch',
  path: string,
  body?: object,
): Promise<Reply<T>> {
  const request = w.http[method](`/api/v1${path}`).set('Authorization', `Bearer ${admin.token}`);
  const response = await (body === undefined ? request : request.send(body));
  const { data, errors } = response.body as { data: T; errors?: { code?: unknown } };
  return { status: response.status, data, code: errors?.code };
}

const publish = (type: string, content: string) =>
  call<LegalDocument>('post', '/admin/legal', { type, content });
const listed = async () =>
  (await call<{ items: LegalDocument[] }>('get', '/admin/legal')).data.items;
const shown = (type: string) => call<LegalDocument>('get', `/legal/${type}`);

describe('legal documents', () => {
  refusesStrangers(
    () => w,
    [
      ['get', '/admin/legal'],
      ['post', '/admin/legal'],
      ['get', `/admin/legal/${newId()}`],
      ['patch', `/admin/legal/${newId()}`],
    ],
  );

  it.each([
    ['shipping_returns', 'Shipping & Returns'],
    ['terms', 'Terms of Service'],
    ['privacy', 'Privacy Policy'],
  ])('%s: published, then read by everybody', async (type, title) => {
    const published = await publish(type, '  First paragraph.\n\nSecond.  ');
    expect(published).toMatchObject({
      status: 201,
      data: { type, title, content: 'First paragraph.\n\nSecond.', version: 1, isActive: true },
    });
    expect((await shown(type)).data).toEqual(published.data);
  });

  it('a new version takes the place of the former, which admins can still read', async () => {
    const first = await publish('terms', 'One.');
    const second = await publish('terms', 'Two.');
    expect(second.data).toMatchObject({ version: 2, isActive: true });
    expect((await shown('terms')).data.content).toBe('Two.');
    expect(await call('get', `/admin/legal/${first.data.id}`)).toMatchObject({
      status: 200,
      data: { content: 'One.', version: 1, isActive: false },
    });
  });

  it('a patch publishes a new version with a new id, from an active and from a former one', async () => {
    const first = (await publish('privacy', 'One.')).data;
    const second = await call<LegalDocument>('patch', `/admin/legal/${first.id}`, {
      content: 'Two.',
    });
    expect(second).toMatchObject({
      status: 200,
      data: { type: 'privacy', version: 2, isActive: true },
    });
    expect(second.data.id).not.toBe(first.id);
    await call('patch', `/admin/legal/${first.id}`, { content: 'Three.' });
    const versions = await listed();
    expect(versions.map(({ version, content, isActive }) => [version, content, isActive])).toEqual([
      [3, 'Three.', true],
      [2, 'Two.', false],
      [1, 'One.', false],
    ]);
  });

  it('lists the active document of each type to everybody, and all versions to admins', async () => {
    await publish('terms', 'One.');
    await publish('terms', 'Two.');
    await publish('privacy', 'Ours.');
    const { data } = await call<{ items: LegalDocument[] }>('get', '/legal');
    expect(data.items.map(({ type, version }) => [type, version])).toEqual([
      ['privacy', 1],
      ['terms', 2],
    ]);
    expect((await listed()).map(({ type, version }) => [type, version])).toEqual([
      ['privacy', 1],
      ['terms', 2],
      ['terms', 1],
    ]);
  });

  it('nothing published is an empty list, and 404 by type', async () => {
    expect(await call('get', '/legal')).toMatchObject({ status: 200, data: { items: [] } });
    for (const type of ['terms', 'shipping-returns', 'imprint', 'x'.repeat(500)]) {
      expect(await shown(type)).toMatchObject({ status: 404, code: 'LEGAL_DOCUMENT_NOT_FOUND' });
    }
  });

  it('an unknown id is 404', async () => {
    const path = `/admin/legal/${newId()}`;
    expect(await call('get', path)).toMatchObject({
      status: 404,
      code: 'LEGAL_DOCUMENT_NOT_FOUND',
    });
    expect(await call('patch', path, { content: 'x' })).toMatchObject({
      status: 404,
      code: 'LEGAL_DOCUMENT_NOT_FOUND',
    });
  });

  it.each([
    ['no body', {}],
    ['unknown type', { type: 'imprint', content: 'x' }],
    ['blank content', { type: 'terms', content: ' \n ' }],
    ['null content', { type: 'terms', content: null }],
    ['content that is a number', { type: 'terms', content: 5 }],
    ['too long', { type: 'terms', content: 'x'.repeat(100_001) }],
    ['NUL', { type: 'terms', content: 'a\u0000b' }],
    ['a key nobody knows', { type: 'terms', content: 'x', version: 7 }],
  ])('refuses %s', async (_name, body) => {
    const { data: kept } = await publish('terms', 'Kept.');
    expect(await call('post', '/admin/legal', body)).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
    const { type: _type, ...patch } = { type: '', ...body };
    if ('type' in body && body.type === 'imprint') return;
    expect(await call('patch', `/admin/legal/${kept.id}`, patch)).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
    expect(await listed()).toEqual([kept]);
  });

  it('an id that is none is refused', async () => {
    expect(await call('get', '/admin/legal/seven')).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
  });

  it('each publication is in the audit, in the transaction that made it', async () => {
    const first = (await publish('terms', 'One.')).data;
    const second = (await publish('terms', 'Two.')).data;
    const { rows } = await w.app.database.pool.query(
      `SELECT actor, action, before, after, request_id IS NOT NULL AS has_request
       FROM popbox.audit_entries WHERE target_type = 'legal_document' AND target_id = $1`,
      [second.id],
    );
    expect(rows).toEqual([
      {
        actor: `admin:${admin.userId}`,
        action: 'legal_document.published',
        before: { id: first.id, type: 'terms', version: 1 },
        after: { id: second.id, type: 'terms', version: 2 },
        has_request: true,
      },
    ]);
  });

  it('the database refuses to rewrite or to lose a version', async () => {
    const { id } = (await publish('terms', 'What you agreed to.')).data;
    const run = (statement: string) => w.app.database.pool.query(statement, [id]);
    const refused = { code: '23001' };
    await expect(
      run(`UPDATE popbox.legal_documents SET content = 'Other' WHERE id = $1`),
    ).rejects.toMatchObject(refused);
    await expect(run('DELETE FROM popbox.legal_documents WHERE id = $1')).rejects.toMatchObject(
      refused,
    );
  });
});
