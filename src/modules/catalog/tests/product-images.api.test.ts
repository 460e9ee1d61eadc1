import sharp from 'sharp';
import type { Response, Test } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { supabaseOf } from '../../../../sandbox/supabase/supabase-state.ts';
import { anAdmin, aProduct, type SignedIn } from '../../../../testing/factories.ts';
import {
  aPhotoWithPlace,
  aPicture,
  aPngBomb,
  type PictureKind,
} from '../../../../testing/pictures.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { findOutOfStep, viewStorage } from '../../../../testing/storage-in-step.ts';
import { world, type World } from '../../../../testing/world.ts';
import { productImageSchema, type ProductImage } from '../catalog.contract.ts';

let w: World;
let admin: SignedIn;
let productId: string;
let png: Buffer;

beforeAll(async () => {
  w = await world({ poolMax: 20 });
  admin = await anAdmin(w);
  png = await aPicture('png');
});
afterAll(async () => {
  await w.drain();
  expect(await findOutOfStep(w)).toEqual([]);
  await w.close();
});
beforeEach(async () => {
  ({ productId } = await aProduct(w));
});

const imagesPath = (id = productId) => `/api/v1/admin/products/${id}/images`;
const signed = (request: Test) => request.set('Authorization', `Bearer ${admin.token}`);
const post = (id = productId) => signed(w.http.post(imagesPath(id)));
const upload = (bytes: Buffer, name = 'picture.png') => post().attach('file', bytes, name);

const code = (response: Response): unknown =>
  z.object({ errors: z.object({ code: z.string() }) }).parse(response.body).errors.code;
const oneOf = (response: Response): ProductImage =>
  z.object({ data: productImageSchema }).parse(response.body).data;
const listOf = (response: Response): ProductImage[] =>
  z.object({ data: z.array(productImageSchema) }).parse(response.body).data;

/** The product's pictures as the rows have them. */
async function rows(id = productId) {
  const { rows: found } = await w.app.database.pool.query<{ id: string; sort_order: number }>(
    'SELECT id, sort_order FROM popbox.product_images WHERE product_id = $1 ORDER BY sort_order, id',
    [id],
  );
  return found;
}

refusesStrangers(
  () => w,
  [
    ['post', '/admin/products/0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11/images'],
    ['patch', '/admin/products/0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11/images/reorder'],
    [
      'delete',
      '/admin/products/0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11/images/0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a12',
    ],
  ],
);

describe('POST /admin/products/:id/images', () => {
  test.each<PictureKind>(['jpeg', 'png', 'webp', 'avif'])('stores a %s as WebP', async (kind) => {
    const response = await upload(await aPicture(kind), 'whatever.bin');
    expect(response.status).toBe(201);
    const image = oneOf(response);
    expect(image).toMatchObject({ altText: null, sortOrder: 1 });
    expect(image.storageKey).toMatch(new RegExp(`^products/${productId}/[0-9a-f]{32}\\.webp$`));
    const stored = await fetch(image.url);
    expect(stored.headers.get('content-type')).toBe('image/webp');
    expect(stored.headers.get('cache-control')).toBe('max-age=2678400');
    const facts = await sharp(Buffer.from(await stored.arrayBuffer())).metadata();
    expect(facts).toMatchObject({ format: 'webp', width: 60, height: 40 });
  });

  it('turns a photo upright and forgets where it was taken', async () => {
    const photo = await aPhotoWithPlace();
    expect(photo.includes('Secret camera')).toBe(true);
    const { url } = oneOf(await upload(photo, 'photo.jpg'));
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    const facts = await sharp(bytes).metadata();
    expect([facts.width, facts.height]).toEqual([40, 60]);
    expect([facts.orientation, facts.exif, facts.xmp, facts.icc]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(bytes.includes('Secret camera')).toBe(false);
  });

  it('makes what is too large for a page smaller, and keeps its shape', async () => {
    const { url } = oneOf(await upload(await aPicture('png', { width: 5_000, height: 2_500 })));
    const facts = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata();
    expect([facts.width, facts.height]).toEqual([2_560, 1_280]);
  });

  it('answers several files by a bare list in their order, behind what is there', async () => {
    await upload(png);
    const response = await post()
      .field('altTexts', 'Front')
      .field('altTexts', '  ')
      .field('altTexts', '背面')
      .attach('files', await aPicture('png', { width: 10, height: 10 }), 'image.jpg')
      .attach('file', await aPicture('webp', { width: 20, height: 10 }), 'image.jpg')
      .attach('files', await aPicture('jpeg', { width: 30, height: 10 }), 'image.jpg');
    expect(response.status).toBe(201);
    const images = listOf(response);
    expect(images.map(({ altText, sortOrder }) => [altText, sortOrder])).toEqual([
      ['Front', 2],
      [null, 3],
      ['背面', 4],
    ]);
    const widths = await Promise.all(
      images.map(async ({ url }) => {
        const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
        return (await sharp(bytes).metadata()).width;
      }),
    );
    expect(widths).toEqual([10, 20, 30]);
  });

  it('records who added what', async () => {
    const { id } = oneOf(await upload(png).field('altText', 'Front').set('X-Request-Id', 'r-1'));
    const { rows: entries } = await w.app.database.pool.query(
      `SELECT actor, action, after->>'id' AS image FROM popbox.audit_entries
       WHERE target_id = $1 AND request_id = 'r-1'`,
      [productId],
    );
    expect(entries).toEqual([
      { actor: `admin:${admin.userId}`, action: 'product_image.added', image: id },
    ]);
  });

  test.each([
    '../../../etc/passwd',
    '..\\..\\windows.png',
    '/absolute.png',
    'image.jpg',
    'image.jpg',
    'フィギュア.png',
    'a%00b.png',
    `${'x'.repeat(300)}.png`,
    'name"; filename="other.svg',
  ])('takes no part of a key from the file name %j', async (name) => {
    const response = await upload(png, name);
    expect(response.status).toBe(201);
    expect(oneOf(response).storageKey).toMatch(/^products\/[0-9a-f-]{36}\/[0-9a-f]{32}\.webp$/);
  });

  it('gives uploads at once places of their own', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => upload(png)));
    expect(responses.map((response) => response.status)).toEqual(Array(8).fill(201));
    const places = (await rows()).map((row) => row.sort_order);
    expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('an upload that is refused', () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
  );
  const files: Record<string, () => Promise<Buffer> | Buffer> = {
    'a text': () => Buffer.from('This is not a picture.'),
    'an empty file': () => Buffer.alloc(0),
    'an SVG with a script': () => svg,
    'a PDF': () => Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'),
    'a GIF': () => aPicture('gif'),
    'a TIFF': () => aPicture('tiff'),
    'a page that begins like a picture': () =>
      Buffer.from('GIF89a/*<html><script>alert(1)</script>'),
  };
  test.each(Object.entries(files))('%s named picture.png', async (_name, make) => {
    await expectRefusal(upload(await make()), 422, 'IMAGE_TYPE_UNSUPPORTED');
  });

  test.each<PictureKind>(['jpeg', 'png', 'webp', 'avif'])('half a %s', async (kind) => {
    const noise = await sharp({
      create: {
        width: 150,
        height: 150,
        channels: 3,
        background: '#fff',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .toFormat(kind)
      .toBuffer();
    const half = noise.subarray(0, noise.length / 2);
    await expectRefusal(upload(half), 422, 'IMAGE_UNREADABLE');
  });

  it('a bomb of 400 million pixels', async () => {
    const bomb = aPngBomb(20_000);
    expect(bomb.length).toBeLessThan(200_000);
    await expectRefusal(upload(bomb), 422, 'IMAGE_TOO_MANY_PIXELS');
  });

  it('a file of more than 5 MiB, and not one of just that', async () => {
    const limit = 5 * 1024 * 1024;
    await expectRefusal(upload(Buffer.alloc(limit + 1)), 422, 'UPLOAD_TOO_LARGE');
    // What stands behind the end of a picture is dropped with the rest.
    const padded = Buffer.concat([png, Buffer.alloc(limit - png.length)]);
    expect((await upload(padded)).status).toBe(201);
  });

  it('eleven files', async () => {
    const request = post();
    for (let i = 0; i < 11; i += 1) request.attach('file', png, 'a.png');
    await expectRefusal(request, 422, 'UPLOAD_TOO_MANY_FILES');
  });

  it('a body larger than ten files can be', async () => {
    const request = post().set('Content-Type', 'multipart/form-data; boundary=x');
    await expectRefusal(request.send(Buffer.alloc(54 * 1024 * 1024)), 422, 'UPLOAD_TOO_LARGE');
  });

  it('one bad file among good ones', async () => {
    const request = post().attach('files', png, '1.png').attach('files', svg, '2.png');
    await expectRefusal(request.attach('files', png, '3.png'), 422, 'IMAGE_TYPE_UNSUPPORTED');
  });

  it('no file', async () => {
    await expectRefusal(post().field('altText', 'x'), 400, 'UPLOAD_FILE_MISSING');
    await expectRefusal(post(), 400, 'UPLOAD_FILE_MISSING');
    await expectRefusal(
      post().send({ file: 'data:image/png;base64,' }),
      400,
      'UPLOAD_FILE_MISSING',
    );
  });

  it('a file in another field', async () => {
    await expectRefusal(post().attach('image', png, 'a.png'), 400, 'UPLOAD_FIELD_UNEXPECTED');
    await expectRefusal(post().attach('file[0]', png, 'a.png'), 400, 'UPLOAD_FIELD_UNEXPECTED');
    await expectRefusal(post().attach('__proto__', png, 'a.png'), 400, 'UPLOAD_FIELD_UNEXPECTED');
  });

  it('too many texts', async () => {
    const request = upload(png);
    for (let i = 0; i < 21; i += 1) request.field(`text${String(i)}`, 'x');
    await expectRefusal(request, 400, 'UPLOAD_TOO_MANY_PARTS');
  });

  it('texts that do not fit the files', async () => {
    await expectRefusal(upload(png).field('altTexts', ['a', 'b']), 400, 'VALIDATION_FAILED');
    const both = upload(png).field('altTexts', 'a').field('altText', 'a');
    await expectRefusal(both, 400, 'VALIDATION_FAILED');
    await expectRefusal(upload(png).field('altText', 'x'.repeat(256)), 400, 'VALIDATION_FAILED');
    await expectRefusal(upload(png).field('altText', 'x'.repeat(9_999)), 400, 'MALFORMED_REQUEST');
    await expectRefusal(upload(png).field('altTexts[x]', 'a'), 400, 'VALIDATION_FAILED');
    await expectRefusal(upload(png).field('a[b][c]', 'x'), 400, 'MALFORMED_REQUEST');
    await expectRefusal(upload(png).field('altText', 'a\0b'), 400, 'VALIDATION_FAILED');
  });

  it('a form that ends in the middle or has no boundary', async () => {
    const cut = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc';
    const type = 'multipart/form-data; boundary=x';
    await expectRefusal(post().set('Content-Type', type).send(cut), 400, 'MALFORMED_REQUEST');
    const bare = post().set('Content-Type', 'multipart/form-data').send(cut);
    await expectRefusal(bare, 400, 'MALFORMED_REQUEST');
  });

  it('for a product that does not exist', async () => {
    const unknown = post('0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11').attach('file', png, 'a.png');
    await expectRefusal(unknown, 404, 'PRODUCT_NOT_FOUND');
    await expectRefusal(post('no-id').attach('file', png, 'a.png'), 400, 'VALIDATION_FAILED');
  });

  it('a stranger’s megabytes, which are never read', async () => {
    const stranger = w.http.post(imagesPath()).attach('file', Buffer.alloc(20_000_000), 'a.png');
    await expectRefusal(stranger, 401, 'AUTH_REQUIRED');
  });
});

describe('when the storage fails', () => {
  it('keeps none of several pictures if one upload fails', async () => {
    w.sandbox.fault({ match: 'POST /storage/v1/object/*', kind: 'error_500' });
    const three = post().attach('file', png, '1').attach('file', png, '2').attach('file', png, '3');
    await expectRefusal(three, 502, 'PROVIDER_FAILED');
  });

  it('deletes what arrived although its answer got lost', async () => {
    const match = 'POST /storage/v1/object/*';
    w.sandbox.fault({ match, kind: 'timeout_after_work', delayMs: 50 });
    await expectRefusal(upload(png), 502, 'PROVIDER_FAILED');
  });

  it('answers 503 where there is no bucket', async () => {
    const { buckets } = supabaseOf(w.sandbox.core);
    const bucket = buckets.get('product-images');
    if (!bucket) throw new Error('The sandbox has a bucket.');
    buckets.delete('product-images');
    const response = await upload(png);
    expect([response.status, code(response)]).toEqual([503, 'IMAGE_STORAGE_UNAVAILABLE']);
    expect(response.headers['retry-after']).toBeDefined();
    expect(await rows()).toEqual([]);
    buckets.set('product-images', bucket);
  });

  it('leaves to the job what cannot be deleted at once, and logs the keys', async () => {
    w.sandbox.fault({ match: 'POST /storage/v1/object/*', kind: 'error_500' });
    w.sandbox.fault({ match: 'DELETE /storage/v1/object/*', kind: 'error_500' });
    const two = await post().attach('file', png, '1').attach('file', png, '2');
    expect([two.status, code(two)]).toEqual([502, 'PROVIDER_FAILED']);
    const { stored, listed } = await viewStorage(w);
    const left = stored.filter((key) => key.includes(productId));
    expect(left).toHaveLength(1);
    expect(listed).toEqual(expect.arrayContaining(left));
    expect(w.logLines.join('')).toContain(left[0]);
    expect(await rows()).toEqual([]);
  });
});

describe('PATCH /admin/products/:id/images/reorder', () => {
  const reorder = (imageIds: unknown, id = productId) =>
    signed(w.http.patch(`${imagesPath(id)}/reorder`)).send({ imageIds });
  const three = async () => {
    const request = post().attach('file', png, '1').attach('file', png, '2');
    const ids = listOf(await request.attach('file', png, '3')).map((image) => image.id);
    const [a = '', b = '', c = ''] = ids;
    return { a, b, c };
  };

  it('gives the listed ones 1..n and answers all', async () => {
    const { a, b, c } = await three();
    const response = await reorder([c, a, b]);
    expect(response.status).toBe(200);
    const images = listOf(response).map(({ id, sortOrder }) => [id, sortOrder]);
    expect(images).toEqual([
      [c, 1],
      [a, 2],
      [b, 3],
    ]);
    const card = await w.http.get('/api/v1/products').query({ limit: 50 });
    expect(JSON.stringify(card.body)).toContain(c);
  });

  it('leaves the places of the others, and counts a repeated id once', async () => {
    const { a, b, c } = await three();
    const images = listOf(await reorder([b, b, a]));
    expect(images.map(({ id, sortOrder }) => [id, sortOrder])).toEqual([
      [b, 1],
      [a, 2],
      [c, 3],
    ]);
  });

  it('changes nothing if one is not this product’s', async () => {
    const { a, b, c } = await three();
    const other = await aProduct(w);
    const foreign = oneOf(await post(other.productId).attach('file', png, 'x')).id;
    const before = await rows();
    for (const ids of [[c, foreign], [b, a, other.productId], [foreign]]) {
      const response = await reorder(ids);
      expect([response.status, code(response)]).toEqual([404, 'PRODUCT_IMAGE_NOT_FOUND']);
    }
    for (const junk of [[], null, 'x', [1], ['no-id'], {}]) {
      expect((await reorder(junk)).status).toBe(400);
    }
    expect((await reorder([a], 'no-id')).status).toBe(400);
    const unknown = await reorder([a], '0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11');
    expect([unknown.status, code(unknown)]).toEqual([404, 'PRODUCT_NOT_FOUND']);
    expect(await rows()).toEqual(before);
  });

  it('meets uploads, deletions and another ordering without a fault', async () => {
    const { a, b, c } = await three();
    const responses = await Promise.all([
      reorder([c, b, a]),
      upload(png),
      reorder([b, a, c]),
      upload(png),
      signed(w.http.delete(`${imagesPath()}/${c}`)),
      reorder([a, b]),
      upload(png),
    ]);
    for (const { status } of responses) expect([200, 201, 404]).toContain(status);
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(3);
    const left = await rows();
    expect(left).toHaveLength(5);
    // Uploads stand behind everything that was there, in whatever order the rest came.
    const added = left.filter(({ id }) => ![a, b, c].includes(id)).map((row) => row.sort_order);
    expect(new Set(added).size).toBe(3);
  });
});

describe('DELETE /admin/products/:id/images/:imageId', () => {
  const remove = (imageId: string, id = productId) =>
    signed(w.http.delete(`${imagesPath(id)}/${imageId}`));

  it('takes the row at once and the object afterwards', async () => {
    const image = oneOf(await upload(png));
    const response = await remove(image.id);
    expect([response.status, response.body]).toMatchObject([
      200,
      { data: { id: image.id, deleted: true } },
    ]);
    expect(await rows()).toEqual([]);
    expect((await fetch(image.url)).status).toBe(200);
    await w.drain();
    expect((await fetch(image.url)).status).toBe(400);
    expect((await viewStorage(w)).listed).not.toContain(image.storageKey);
    const again = await remove(image.id);
    expect([again.status, code(again)]).toEqual([404, 'PRODUCT_IMAGE_NOT_FOUND']);
  });

  it('knows no picture of another product', async () => {
    const other = await aProduct(w);
    const image = oneOf(await post(other.productId).attach('file', png, 'x'));
    const response = await remove(image.id);
    expect([response.status, code(response)]).toEqual([404, 'PRODUCT_IMAGE_NOT_FOUND']);
    const nowhere = await remove(image.id, '0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11');
    expect([nowhere.status, code(nowhere)]).toEqual([404, 'PRODUCT_NOT_FOUND']);
    expect((await remove('no-id')).status).toBe(400);
    expect(await rows(other.productId)).toHaveLength(1);
  });

  it('lets one of two deletions at once win', async () => {
    const { id } = oneOf(await upload(png));
    const statuses = (await Promise.all([remove(id), remove(id)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 404]);
  });
});

/** The refusal must leave neither an object nor a row of this product. */
async function expectRefusal(request: Test, status: number, expected: string): Promise<void> {
  const before = await rows();
  const response = await request;
  expect([response.status, code(response)]).toEqual([status, expected]);
  expect(await rows()).toEqual(before);
  const { stored, shown } = await viewStorage(w);
  const ours = (keys: string[]) => keys.filter((key) => key.startsWith(`products/${productId}/`));
  expect(ours(stored)).toEqual(ours(shown));
}
