import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anAdmin, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { newId } from '../../../kernel/ids.ts';
import { faqItemSchema, type FaqItem } from '../content.contract.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
beforeEach(() => w.app.database.pool.query('DELETE FROM popbox.faq_items'));
afterAll(() => w.close());

const PATH = '/admin/legal/faq';

async function call(method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object) {
  const request = w.http[method](`/api/v1${path}`).set('Authorization', `Bearer ${admin.token}`);
  const response = await (body === undefined ? request : request.send(body));
  const { data, errors } = response.body as { data: unknown; errors?: { code?: unknown } };
  return { status: response.status, data, code: errors?.code };
}

const create = async (body: object = {}) => {
  const answer = await call('post', PATH, {
    question: 'Why?',
    answer: 'Because.',
    ...body,
  });
  expect(answer.status).toBe(201);
  return faqItemSchema.parse(answer.data);
};
const listed = async (path: string) =>
  z.object({ items: z.array(faqItemSchema) }).parse((await call('get', path)).data).items;

const auditOf = async (id: string) => {
  const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
    `SELECT actor, action, before, after FROM popbox.audit_entries
     WHERE target_type = 'faq_item' AND target_id = $1 ORDER BY id`,
    [id],
  );
  return rows;
};

describe('FAQ', () => {
  refusesStrangers(
    () => w,
    [
      ['get', PATH],
      ['post', PATH],
      ['patch', `${PATH}/${newId()}`],
      ['delete', `${PATH}/${newId()}`],
    ],
  );

  it('is trimmed, and unpublished without a category unless somebody says otherwise', async () => {
    const item = await create({ question: ' Why? ', answer: ' Because.\n\nReally. ' });
    expect(item).toMatchObject({
      question: 'Why?',
      answer: 'Because.\n\nReally.',
      category: '',
      sortOrder: 0,
      isPublished: false,
    });
    expect(await listed('/legal/faq')).toEqual([]);
    expect(await listed(PATH)).toEqual([item]);
  });

  it('shows everybody what is published, by sort order, then age', async () => {
    const second = await create({ sortOrder: 5, isPublished: true });
    const third = await create({ sortOrder: 5, isPublished: true });
    const first = await create({ sortOrder: 1, isPublished: true, category: 'Kuji' });
    const hidden = await create({ sortOrder: 0 });
    const ids = (items: FaqItem[]) => items.map(({ id }) => id);
    expect(ids(await listed('/legal/faq'))).toEqual([first.id, second.id, third.id]);
    expect(ids(await listed(PATH))).toEqual([hidden.id, first.id, second.id, third.id]);
  });

  it('a patch changes what it names and nothing else', async () => {
    const item = await create({ category: 'Kuji', sortOrder: 3, isPublished: true });
    const answer = await call('patch', `${PATH}/${item.id}`, { answer: 'Therefore.' });
    expect(answer.status).toBe(200);
    const changed = faqItemSchema.parse(answer.data);
    expect(changed).toEqual({ ...item, answer: 'Therefore.', updatedAt: changed.updatedAt });
    expect(Date.parse(changed.updatedAt)).toBeGreaterThanOrEqual(Date.parse(item.updatedAt));
    expect(await call('patch', `${PATH}/${item.id}`, {})).toMatchObject({
      status: 200,
      data: changed,
    });
  });

  it('two editors of different fields do not undo each other', async () => {
    const item = await create();
    const answers = await Promise.all([
      call('patch', `${PATH}/${item.id}`, { question: 'How?' }),
      call('patch', `${PATH}/${item.id}`, { category: 'Shipping' }),
      call('patch', `${PATH}/${item.id}`, { isPublished: true }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await listed(PATH)).toMatchObject([
      { question: 'How?', answer: 'Because.', category: 'Shipping', isPublished: true },
    ]);
  });

  it('is deleted once', async () => {
    const { id } = await create({ isPublished: true });
    const answers = await Promise.all([
      call('delete', `${PATH}/${id}`),
      call('delete', `${PATH}/${id}`),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect(answers.find(({ status }) => status === 200)?.data).toEqual({ id, deleted: true });
    expect(await listed('/legal/faq')).toEqual([]);
    expect(await auditOf(id)).toHaveLength(2);
  });

  it('an unknown id is 404', async () => {
    const missing = { status: 404, code: 'FAQ_ITEM_NOT_FOUND' };
    expect(await call('patch', `${PATH}/${newId()}`, { answer: 'x' })).toMatchObject(missing);
    expect(await call('delete', `${PATH}/${newId()}`)).toMatchObject(missing);
  });

  it('every write is in the audit, with what it changed', async () => {
    const item = await create({ category: 'Kuji' });
    await call('patch', `${PATH}/${item.id}`, { category: 'Kuji', sortOrder: 4 });
    await call('delete', `${PATH}/${item.id}`);
    const actor = `admin:${admin.userId}`;
    const whole = { question: 'Why?', answer: 'Because.', category: 'Kuji', isPublished: false };
    expect(await auditOf(item.id)).toEqual([
      { actor, action: 'faq_item.created', before: null, after: { ...whole, sortOrder: 0 } },
      { actor, action: 'faq_item.changed', before: { sortOrder: 0 }, after: { sortOrder: 4 } },
      { actor, action: 'faq_item.deleted', before: { ...whole, sortOrder: 4 }, after: null },
    ]);
  });

  it.each([
    ['question', { question: ' ' }],
    ['question', { question: null }],
    ['question', { question: 'x'.repeat(501) }],
    ['answer', { answer: '' }],
    ['answer', { answer: 'x'.repeat(10_001) }],
    ['category', { category: null }],
    ['category', { category: 'x'.repeat(121) }],
    ['sortOrder', { sortOrder: -1 }],
    ['sortOrder', { sortOrder: 1.5 }],
    ['sortOrder', { sortOrder: '1' }],
    ['sortOrder', { sortOrder: 2_147_483_648 }],
    ['isPublished', { isPublished: 'true' }],
    ['_', { colour: 'red' }],
  ])('refuses a bad %s (case %#)', async (field, overrides) => {
    const item = await create();
    const post = await w.http
      .post(`/api/v1${PATH}`)
      .set('Authorization', `Bearer ${admin.token}`)
      .send({ question: 'Why?', answer: 'Because.', ...overrides });
    expect(post.status).toBe(400);
    const { errors } = post.body as { errors: { code: string; fields: object } };
    expect(errors.code).toBe('VALIDATION_FAILED');
    expect(Object.keys(errors.fields)).toEqual([field]);
    expect(await call('patch', `${PATH}/${item.id}`, overrides)).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
    expect(await listed(PATH)).toEqual([item]);
  });

  it('needs a question and an answer', async () => {
    expect(await call('post', PATH, { question: 'Why?' })).toMatchObject({ status: 400 });
    expect(await call('post', PATH, {})).toMatchObject({ status: 400 });
    expect(await listed(PATH)).toEqual([]);
  });
});
