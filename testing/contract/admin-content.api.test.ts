import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpMethod } from '../../src/http/route.ts';
import { anAdmin } from '../factories.ts';
import { world, type World } from '../world.ts';
import { dataOf, expectProblem, expectShape, shapes } from './shapes.ts';

/** Endpoints 60 to 69, 76 and 77 of the contract: legal documents, FAQ and settings as the dashboard edits them. */

let w: World;
let token: string;
beforeAll(async () => {
  w = await world();
  ({ token } = await anAdmin(w));
});
afterAll(() => w.close());

const send = (method: HttpMethod, path: string, body?: object) => {
  const request = w.http[method](`/api/v1/admin${path}`).set('Authorization', `Bearer ${token}`);
  return body === undefined ? request : request.send(body);
};
const nobody = randomUUID();
const legalForm = { type: 'terms', content: 'One.\n\nTwo.' };
const faqForm = {
  ...{ question: 'Why?', answer: 'So.', category: 'Shop', sortOrder: 0, isPublished: false },
};
const shippingForm = {
  flatShippingCents: 1_599,
  calgaryFreeShippingThresholdCents: 7_700,
  albertaFreeShippingThresholdCents: 7_700,
  freeShippingThresholdCents: 14_900,
  currency: 'CAD',
};
const item = (changes: object = {}) => ({
  ...{ message: 'Hello', linkLabel: null, linkHref: null, sortOrder: 0, isActive: true },
  ...changes,
});

describe('shapes', () => {
  test('endpoints 60 to 62 and 76: a new version is a new row, and the former is inactive', async () => {
    const first = await send('post', '/legal', legalForm);
    expectShape(first, 201, shapes.legalDocument);
    expect(dataOf(first)).toMatchObject({ ...legalForm, version: 1, isActive: true });
    const { id } = dataOf(first);
    const second = await send('patch', `/legal/${id}`, { content: 'Three.' });
    expectShape(second, 200, shapes.legalDocument);
    expect(dataOf(second)).toMatchObject({ content: 'Three.', version: 2, isActive: true });
    expect(dataOf(second).id).not.toBe(id);
    const former = await send('get', `/legal/${id}`);
    expectShape(former, 200, shapes.legalDocument);
    expect(dataOf(former)).toMatchObject({ ...legalForm, version: 1, isActive: false });
    const all = await send('get', '/legal');
    expectShape(all, 200, shapes.legalDocuments);
    expect(dataOf(all).items).toHaveLength(2);
  });

  test('endpoints 63 to 65 and 77: an unpublished question is for admins only', async () => {
    const added = await send('post', '/legal/faq', { ...faqForm, category: '' });
    expectShape(added, 201, shapes.faqItem);
    expect(dataOf(added)).toMatchObject({ ...faqForm, category: '' });
    expectShape(await send('get', '/legal/faq'), 200, shapes.faq);
    expect((await w.http.get('/api/v1/legal/faq')).body).toMatchObject({ data: { items: [] } });
    const path = `/legal/faq/${dataOf(added).id}`;
    for (const body of [{ isPublished: true }, { sortOrder: 3 }, faqForm, {}]) {
      const changed = await send('patch', path, body);
      expectShape(changed, 200, shapes.faqItem);
      expect(dataOf(changed)).toMatchObject(body);
    }
    expectShape(await send('delete', path), 200, shapes.deleted);
  });

  test('endpoints 66 and 67: equal thresholds are in order', async () => {
    expectShape(await send('get', '/settings/shipping'), 200, shapes.shipping);
    const saved = await send('put', '/settings/shipping', shippingForm);
    expectShape(saved, 200, shapes.shipping);
    expect(dataOf(saved)).toEqual(shippingForm);
    expect(dataOf(await send('get', '/settings/shipping'))).toEqual(shippingForm);
  });

  test('endpoints 68 and 69: every item gets an id, inactive ones are for admins only', async () => {
    expectShape(await send('get', '/settings/store-banner'), 200, shapes.banner);
    const items = [
      item({ id: 'kept', linkHref: 'https://example.com/' }),
      item({ message: 'x'.repeat(160), linkHref: `/${'x'.repeat(299)}`, isActive: false }),
    ];
    const saved = await send('put', '/settings/store-banner', { enabled: true, items });
    expectShape(saved, 200, shapes.banner);
    expect(dataOf(saved)).toMatchObject({ enabled: true, items });
    expect(dataOf(await send('get', '/settings/store-banner'))).toEqual(dataOf(saved));
    const shown = await w.http.get('/api/v1/settings/store-banner');
    expectShape(shown, 200, shapes.banner);
    expect(dataOf(shown).items).toMatchObject([{ id: 'kept' }]);
  });
});

describe('refusals', () => {
  test.each([
    ['61', 'post', '/legal', 'type', { ...legalForm, type: 'shipping-returns' }],
    ['61', 'post', '/legal', 'content', { ...legalForm, content: ' ' }],
    ['61', 'post', '/legal', 'content', { type: 'terms' }],
    ['62', 'patch', `/legal/${nobody}`, 'content', { content: null }],
    ['64', 'post', '/legal/faq', 'question', { ...faqForm, question: '' }],
    ['64', 'post', '/legal/faq', 'answer', { ...faqForm, answer: 7 }],
    ['64', 'post', '/legal/faq', 'category', { ...faqForm, category: null }],
    ['64', 'post', '/legal/faq', 'sortOrder', { ...faqForm, sortOrder: -1 }],
    ['64', 'post', '/legal/faq', 'sortOrder', { ...faqForm, sortOrder: 2 ** 31 }],
    ['65', 'patch', `/legal/faq/${nobody}`, 'isPublished', { isPublished: 'yes' }],
  ] as const)('endpoint %s: %s %s names %s', async (_number, method, path, field, body) => {
    const response = await send(method, path, body);
    expectProblem(response, 400, 'VALIDATION_FAILED');
    expect(response.body).toMatchObject({ errors: { fields: { [field]: [expect.any(String)] } } });
  });

  test.each([
    ['albertaFreeShippingThresholdCents', { calgaryFreeShippingThresholdCents: 7_701 }],
    ['freeShippingThresholdCents', { freeShippingThresholdCents: 7_699 }],
    ['flatShippingCents', { flatShippingCents: undefined }],
    ['flatShippingCents', { flatShippingCents: 15.99 }],
    ['currency', { currency: 'USD' }],
  ])('endpoint 67 names %s of %j', async (field, wrong) => {
    const response = await send('put', '/settings/shipping', { ...shippingForm, ...wrong });
    expectProblem(response, 400, 'VALIDATION_FAILED');
    expect(response.body).toMatchObject({ errors: { fields: { [field]: [expect.any(String)] } } });
  });

  test.each([
    ['items.0.message', [item({ message: 'x'.repeat(161) })]],
    ['items.0.message', [item({ message: ' ' })]],
    ['items.0.linkHref', [item({ linkHref: `/${'x'.repeat(300)}` })]],
    ['items.0.linkHref', [item({ linkHref: '//evil.example' })]],
    ['items.0.linkHref', [item({ linkHref: 'http://example.com' })]],
    ['items.1.sortOrder', [item(), item({ sortOrder: null })]],
    ['items', Array.from({ length: 6 }, () => item())],
    ['items', {}],
  ])('endpoint 69 names %s', async (field, items) => {
    const response = await send('put', '/settings/store-banner', { enabled: true, items });
    expectProblem(response, 400, 'VALIDATION_FAILED');
    const { fields } = (response.body as { errors: { fields: object } }).errors;
    expect(Object.keys(fields)).toEqual([field]);
  });

  test.each([
    ['62', 'patch', `/legal/${nobody}`, 'LEGAL_DOCUMENT_NOT_FOUND', { content: 'X' }],
    ['76', 'get', `/legal/${nobody}`, 'LEGAL_DOCUMENT_NOT_FOUND', undefined],
    ['65', 'patch', `/legal/faq/${nobody}`, 'FAQ_ITEM_NOT_FOUND', { sortOrder: 1 }],
    ['77', 'delete', `/legal/faq/${nobody}`, 'FAQ_ITEM_NOT_FOUND', undefined],
  ] as const)('endpoint %s: %s %s is a 404 %s', async (_number, method, path, code, body) => {
    expectProblem(await send(method, path, body), 404, code);
  });
});
