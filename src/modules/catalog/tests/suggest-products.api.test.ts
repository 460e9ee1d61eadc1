import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { world, type World } from '../../../../testing/world.ts';
import { suggestProductsRoute } from '../catalog.discovery-contract.ts';
import { addProductImage, createProduct, createTag } from '../index.ts';

const BY = { actor: 'test', requestId: null };
const listSchema = suggestProductsRoute.replies[200];

let w: World;
let tagId: string;
beforeAll(async () => {
  w = await world();
  tagId = (await createTag(w.app, { ...BY, name: 'Orchard', tagType: 'series' })).id;
  for (const name of [
    'Orange Fox',
    'Orange',
    'Blood Orange Tea',
    'Pokémon Orb',
    '月うさぎ 一番くじ',
  ]) {
    await make(name);
  }
  await make('Secret Orange', 'draft');
});
afterAll(() => w.close());

async function make(name: string, status: 'active' | 'draft' = 'active'): Promise<string> {
  const { id } = await createProduct(w.app, {
    ...BY,
    name,
    productType: 'standard',
    status,
    priceCents: 1_234,
    onHand: 0,
    collectionIds: [],
    tagIds: name === 'Orange Fox' ? [tagId] : [],
  });
  return id;
}

async function suggest(query: Record<string, string | number>) {
  const response = await w.http.get('/api/v1/search/autocomplete').query(query);
  expect(response.status, response.text).toBe(200);
  return listSchema.parse((response.body as { data: unknown }).data).items;
}

const names = async (q: string) => (await suggest({ q })).map((item) => item.name);

describe('suggestions', () => {
  it('are the name itself, then what begins so, then what has a word that begins so', async () => {
    expect((await names('orange')).slice(0, 3)).toEqual([
      'Orange',
      'Orange Fox',
      'Blood Orange Tea',
    ]);
    expect((await names('ORANGE'))[0]).toBe('Orange');
  });

  it('come with every key from the second on', async () => {
    expect(await names('o')).toEqual([]);
    for (const q of ['or', 'ora', 'oran', 'orang', 'orange ', 'orange f', 'orange fo']) {
      expect(await names(q), q).toContain('Orange Fox');
    }
    expect((await names('orange f'))[0]).toBe('Orange Fox');
    expect((await names('bl or'))[0]).toBe('Blood Orange Tea');
  });

  it.each([
    ['poke', 'Pokémon Orb'],
    ['Pokém', 'Pokémon Orb'],
    ['pokmon', 'Pokémon Orb'],
    ['orch', 'Orange Fox'],
    ['月う', '月うさぎ 一番くじ'],
    ['月うさ', '月うさぎ 一番くじ'],
    ['一番く', '月うさぎ 一番くじ'],
    ['ウサ', '月うさぎ 一番くじ'],
  ])('%s leads to %s', async (q, expected) => {
    expect((await names(q))[0]).toBe(expected);
  });

  it.each(['', 'x', '月', '%', '%%', '__', '\\\\', '-', '"" ""'])(
    '"%s" leads to nothing',
    async (q) => {
      expect(await names(q)).toEqual([]);
    },
  );

  it('show nothing that is not on sale, but what is sold out', async () => {
    expect(await names('secret orange')).not.toContain('Secret Orange');
    expect(await names('orange')).toContain('Orange');
  });

  it('are five unless told otherwise, at most ten', async () => {
    for (let i = 0; i < 12; i += 1) await make(`Plenty ${String(i)}`);
    expect(await suggest({ q: 'plenty' })).toHaveLength(5);
    expect(await suggest({ q: 'plenty', limit: 10 })).toHaveLength(10);
    for (const limit of ['0', '11', '2.5']) {
      const response = await w.http
        .get('/api/v1/search/autocomplete')
        .query({ q: 'plenty', limit });
      expect(response.status).toBe(400);
    }
  });

  it('show the primary image, or null', async () => {
    const id = await make('Illustrated Zebra');
    expect(await suggest({ q: 'illustrated' })).toEqual([
      {
        id,
        name: 'Illustrated Zebra',
        slug: 'illustrated-zebra',
        thumbnailUrl: null,
        priceCents: 1_234,
        currency: 'CAD',
      },
    ]);
    const storageKey = `products/${id}/a.webp`;
    await addProductImage(w.app, { ...BY, productId: id, storageKey, altText: null });
    const [shown] = await suggest({ q: 'illustrated' });
    expect(shown?.thumbnailUrl).toBe(w.app.storage.publicUrl(storageKey));
  });
});
