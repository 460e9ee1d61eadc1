import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { anAdmin, aProduct, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { HttpMethod } from '../../../http/route.ts';
import { newId } from '../../../kernel/ids.ts';
import type { FeaturedOrder } from '../catalog.collections-contract.ts';
import type { Collection, Tag } from '../catalog.contract.ts';
import { addProductImage, changeProduct } from '../index.ts';

const BY = { actor: 'test', requestId: null };

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const call = <T = Collection>(method: HttpMethod, path: string, body?: object) =>
  callAs<T>(w, admin, [method, `/admin/${path}`], body);

async function create(body: object): Promise<Collection> {
  const answer = await call('post', 'collections', body);
  expect(answer.status, JSON.stringify(answer)).toBe(201);
  return answer.data;
}
const all = async () => (await call<Collection[]>('get', 'collections')).data;

const auditOf = async (targetId: string) => {
  const { rows } = await w.app.database.db.execute(sql`
    SELECT actor, action, before, after FROM popbox.audit_entries WHERE target_id = ${targetId} ORDER BY id`);
  return rows;
};

describe('operations on collections and tags', () => {
  refusesStrangers(
    () => w,
    [
      ['get', '/admin/collections'],
      ['post', '/admin/collections'],
      ['patch', '/admin/collections/reorder'],
      ['patch', `/admin/collections/${newId()}`],
      ['get', '/admin/collections/featured/order'],
      ['put', '/admin/collections/featured/order'],
      ['get', '/admin/tags'],
      ['post', '/admin/tags'],
      ['patch', `/admin/tags/${newId()}`],
    ],
  );
});

describe('a collection', () => {
  it('is appended, active, with a slug made from its name', async () => {
    const first = await create({
      name: ' Café Figurines ',
      slug: '',
      description: null,
      isActive: true,
    });
    const second = await create({ name: 'Café Figurines', isActive: false });
    expect(first).toEqual({
      id: first.id,
      name: 'Café Figurines',
      slug: 'cafe-figurines',
      description: null,
      sortOrder: first.sortOrder,
      isActive: true,
    });
    expect(second).toMatchObject({
      slug: 'cafe-figurines-2',
      sortOrder: first.sortOrder + 1,
      isActive: false,
    });
    expect((await all()).slice(-2)).toEqual([first, second]);
    const shown = await w.http.get('/api/v1/collections');
    expect((shown.body as { data: Collection[] }).data.map(({ id }) => id)).not.toContain(
      second.id,
    );
  });

  it('keeps its place when it changes, and its slug unless another one is sent', async () => {
    const collection = await create({ name: 'Before' });
    const edited = await call('patch', `collections/${collection.id}`, {
      name: ' After ',
      description: 'Text',
      isActive: false,
    });
    expect(edited).toMatchObject({
      status: 200,
      data: { ...collection, name: 'After', description: 'Text', isActive: false },
    });
    const renamed = await call('patch', `collections/${collection.id}`, {
      name: 'After',
      slug: ' ',
    });
    expect(renamed.data.slug).toBe('after');
    expect(await call('patch', `collections/${collection.id}`, {})).toMatchObject({ status: 200 });
    expect((await auditOf(collection.id)).map((entry) => [entry.action, entry.after])).toEqual([
      ['collection.created', collection],
      ['collection.changed', { name: 'After', description: 'Text', isActive: false }],
      ['collection.changed', { slug: 'after' }],
    ]);
  });

  it('does not take the slug of another', async () => {
    const taken = await create({ name: 'Taken' });
    const other = await create({ name: 'Other' });
    const refusal = { status: 409, code: 'COLLECTION_SLUG_TAKEN' };
    expect(await call('post', 'collections', { name: 'X', slug: 'TAKEN' })).toMatchObject(refusal);
    expect(await call('patch', `collections/${other.id}`, { slug: taken.slug })).toMatchObject(
      refusal,
    );
    const same = await call('patch', `collections/${taken.id}`, { slug: 'taken', name: 'Taken' });
    expect(same.data).toEqual(taken);
  });

  it.each<[object, string]>([
    [{ name: ' ' }, 'name'],
    [{ name: null }, 'name'],
    [{ name: 'x'.repeat(161) }, 'name'],
    [{ slug: 'x'.repeat(181) }, 'slug'],
    [{ slug: null }, 'slug'],
    [{ description: 5 }, 'description'],
    [{ isActive: 'true' }, 'isActive'],
    [{ isActive: null }, 'isActive'],
  ])('is not made or changed with %j', async (wrong, field) => {
    const { id } = await create({ name: 'Whole' });
    const answers = [
      await call('post', 'collections', { name: 'Y', ...wrong }),
      await call('patch', `collections/${id}`, wrong),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect(Object.keys(answer.fields)).toEqual([field]);
    }
  });

  it('that is unknown is 404', async () => {
    expect(await call('patch', `collections/${newId()}`, { name: 'X' })).toMatchObject({
      status: 404,
      code: 'COLLECTION_NOT_FOUND',
    });
    expect((await call('patch', 'collections/x', { name: 'X' })).status).toBe(400);
  });
});

describe('the order of collections', () => {
  const reorder = (collectionIds: string[]) =>
    call<Collection[]>('patch', 'collections/reorder', { collectionIds });

  it('is given as a whole and answered as a whole', async () => {
    await create({ name: 'Extra' });
    const before = await all();
    const wanted = before.map(({ id }) => id).toReversed();
    const answer = await reorder(wanted);
    expect(answer.status).toBe(200);
    expect(answer.data.map(({ id }) => id)).toEqual(wanted);
    expect(answer.data.map(({ sortOrder }) => sortOrder)).toEqual(wanted.map((_, i) => i + 1));
    expect(await all()).toEqual(answer.data);
    expect((await auditOf('all')).at(-1)).toEqual({
      actor: `admin:${admin.userId}`,
      action: 'collections.reordered',
      before: { collectionIds: before.map(({ id }) => id) },
      after: { collectionIds: wanted },
    });
  });

  it('is refused with a missing, an unknown or a repeated id', async () => {
    await create({ name: 'One more' });
    const before = await all();
    const ids = before.map(({ id }) => id);
    for (const wrong of [ids.slice(1), [...ids, newId()], [...ids.slice(1), ids[1] ?? ''], []]) {
      expect(await reorder(wrong)).toMatchObject({
        status: 409,
        code: 'COLLECTION_MEMBERSHIP_CHANGED',
      });
    }
    const junk = { collectionIds: ['x'] };
    expect((await call('patch', 'collections/reorder', junk)).status).toBe(400);
    expect((await call('patch', 'collections/reorder', {})).status).toBe(400);
    expect(await all()).toEqual(before);
  });
});

describe('featured products', () => {
  const order = async () => (await call<FeaturedOrder>('get', 'collections/featured/order')).data;
  const save = (membershipSignature: string, productIds: string[]) =>
    call<FeaturedOrder>('put', 'collections/featured/order', { membershipSignature, productIds });

  it('are none as long as no such collection exists', async () => {
    const empty = await order();
    expect(empty.items).toEqual([]);
    expect(await save(empty.membershipSignature, [])).toMatchObject({ status: 200, data: empty });
    expect((await save(empty.membershipSignature, [newId()])).code).toBe(
      'FEATURED_MEMBERSHIP_CHANGED',
    );
  });

  it('are arranged by hand, drafts included; a signature tells the members and not their order', async () => {
    const featured = await create({ name: 'Featured', slug: 'featured' });
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { productId } = await aProduct(w, { name: `Star ${String(i)}` });
      const changes = {
        collectionIds: [featured.id],
        ...(i === 2 ? { status: 'draft' as const } : {}),
      };
      await changeProduct(w.app, { ...BY, productId, changes });
      ids.push(productId);
    }
    const [a = '', b = '', c = ''] = ids;
    const storageKey = `products/${a}/front.webp`;
    await addProductImage(w.app, { ...BY, productId: a, storageKey, altText: null });
    const first = await order();
    expect(first.items).toEqual([
      {
        id: a,
        name: 'Star 0',
        productType: 'standard',
        status: 'active',
        sortOrder: 0,
        collections: [{ id: featured.id, name: 'Featured', slug: 'featured' }],
        primaryImage: { storageKey, altText: null, url: w.app.storage.publicUrl(storageKey) },
      },
      expect.objectContaining({ id: b, sortOrder: 1, primaryImage: null }),
      expect.objectContaining({ id: c, sortOrder: 2, status: 'draft' }),
    ]);
    const turned = await save(first.membershipSignature, [c, b, a]);
    expect(turned.status).toBe(200);
    expect(turned.data.items.map(({ id }) => id)).toEqual([c, b, a]);
    expect(turned.data.membershipSignature).toBe(first.membershipSignature);
    const listed = await w.http.get('/api/v1/products?collection=featured');
    const { items } = (listed.body as { data: { items: { id: string }[] } }).data;
    expect(items.map(({ id }) => id)).toEqual([b, a]);

    const fewer = await save(turned.data.membershipSignature, [a, c]);
    expect(fewer.data.items.map(({ id }) => id)).toEqual([a, c]);
    expect(fewer.data.membershipSignature).not.toBe(first.membershipSignature);
    expect(await save(first.membershipSignature, [a, c])).toMatchObject({
      status: 409,
      code: 'FEATURED_MEMBERSHIP_CHANGED',
    });
    expect((await save(fewer.data.membershipSignature, [a, b])).status).toBe(409);
    expect((await save(fewer.data.membershipSignature, [a, a])).status).toBe(400);
    expect((await save('', [a])).status).toBe(400);
    expect(await order()).toEqual(fewer.data);
    expect((await auditOf(featured.id)).at(-1)).toEqual({
      actor: `admin:${admin.userId}`,
      action: 'collection.arranged',
      before: { productIds: [c, b, a] },
      after: { productIds: [a, c] },
    });
    // One that comes back goes to the end.
    await changeProduct(w.app, { ...BY, productId: b, changes: { collectionIds: [featured.id] } });
    expect((await order()).items.map(({ id }) => id)).toEqual([a, c, b]);
  });

  it('are not lost by a new name of their collection, nor hidden with it', async () => {
    const featured = (await all()).find(({ slug }) => slug === 'featured');
    const path = `collections/${featured?.id ?? ''}`;
    expect(await call('patch', path, { name: 'Our stars', slug: '' })).toMatchObject({
      status: 200,
      data: { name: 'Our stars', slug: 'featured' },
    });
    expect(await call('patch', path, { slug: 'stars' })).toMatchObject({
      status: 409,
      code: 'FEATURED_SLUG_FIXED',
    });
    expect(await call('patch', path, { isActive: false })).toMatchObject({
      status: 409,
      code: 'FEATURED_STAYS_ACTIVE',
    });
  });
});

describe('a tag', () => {
  it('is made, changed and listed by type, then name', async () => {
    const made = await call<Tag>('post', 'tags', {
      name: ' Banpresto ',
      slug: '',
      tagType: 'brand',
    });
    expect(made).toMatchObject({
      status: 201,
      data: { name: 'Banpresto', slug: 'banpresto', tagType: 'brand' },
    });
    await call('post', 'tags', { name: 'Alter', tagType: 'brand' });
    const path = `tags/${made.data.id}`;
    const edited = await call<Tag>('patch', path, {
      name: 'Aniplex',
      slug: '',
      tagType: 'category',
    });
    expect(edited.data).toEqual({
      id: made.data.id,
      name: 'Aniplex',
      slug: 'aniplex',
      tagType: 'category',
    });
    expect((await call<Tag>('patch', path, { name: 'Only this' })).data.slug).toBe('aniplex');
    const { data } = await call<Tag[]>('get', 'tags');
    expect(data.map((tag) => tag.name)).toEqual(['Alter', 'Only this']);
    expect((await auditOf(made.data.id)).map((entry) => entry.action)).toEqual([
      'tag.created',
      'tag.changed',
      'tag.changed',
    ]);
  });

  it('does not take the slug of another, and an unknown one is 404', async () => {
    const { data } = await call<Tag>('post', 'tags', { name: 'Sega', tagType: 'brand' });
    const other = await call<Tag>('post', 'tags', { name: 'Taito', tagType: 'brand' });
    expect(await call('patch', `tags/${other.data.id}`, { slug: data.slug })).toMatchObject({
      status: 409,
      code: 'TAG_SLUG_TAKEN',
    });
    const again = { name: 'X', slug: data.slug, tagType: 'brand' };
    expect((await call('post', 'tags', again)).code).toBe('TAG_SLUG_TAKEN');
    expect(await call('patch', `tags/${newId()}`, { name: 'X' })).toMatchObject({
      status: 404,
      code: 'TAG_NOT_FOUND',
    });
  });

  it.each<[object, string]>([
    [{ name: '' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ tagType: 'colour' }, 'tagType'],
    [{ tagType: null }, 'tagType'],
    [{ slug: 1 }, 'slug'],
  ])('is not made with %j', async (wrong, field) => {
    const answer = await call('post', 'tags', { name: 'Y', slug: '', tagType: 'brand', ...wrong });
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(Object.keys(answer.fields)).toEqual([field]);
  });
});
