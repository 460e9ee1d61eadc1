import type { Response, Test } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aKuji, anAdmin, aProduct, type SignedIn } from '../../../../testing/factories.ts';
import { aPicture, aPngBomb } from '../../../../testing/pictures.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { findOutOfStep, viewStorage } from '../../../../testing/storage-in-step.ts';
import { world, type World } from '../../../../testing/world.ts';
import { DAY_MS } from '../../../kernel/clock.ts';
import { requeueStrandedDeletions } from '../../media/index.ts';
import { addPrize, changePrize, listPrizes, removePrize } from '../index.ts';

const BY = { actor: 'test', requestId: null };

let w: World;
let admin: SignedIn;
let productId: string;
let png: Buffer;

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  png = await aPicture('png');
});
afterAll(async () => {
  await w.drain();
  expect(await findOutOfStep(w)).toEqual([]);
  await w.close();
});
beforeEach(async () => {
  ({ productId } = await aKuji(w));
});

const path = (id = productId) => `/api/v1/admin/products/${id}/kuji-prizes/upload-image`;
const post = (id = productId): Test =>
  w.http.post(path(id)).set('Authorization', `Bearer ${admin.token}`);
const upload = async (): Promise<string> => {
  const response = await post().attach('file', png, 'prize.png');
  expect(response.status).toBe(201);
  return z.object({ data: z.object({ imageUrl: z.url() }) }).parse(response.body).data.imageUrl;
};
const refusal = (response: Response) => [
  response.status,
  z.object({ errors: z.object({ code: z.string() }) }).parse(response.body).errors.code,
];
const prizeId = async (code: string) => {
  const prize = (await listPrizes(w.app, { productId })).find((one) => one.prizeCode === code);
  if (!prize) throw new Error(`The kuji has no prize ${code}.`);
  return prize.id;
};
const show = async (code: string, imageUrl: string | null) =>
  changePrize(w.app, { ...BY, productId, prizeId: await prizeId(code), change: { imageUrl } });
const isThere = async (url: string) => (await fetch(url)).status === 200;

refusesStrangers(
  () => w,
  [['post', '/admin/products/0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11/kuji-prizes/upload-image']],
);

describe('POST /admin/products/:id/kuji-prizes/upload-image', () => {
  it('stores the picture in the folder of the product’s prizes', async () => {
    const url = await upload();
    const folder = w.app.storage.publicUrl(`products/${productId}/kuji-prizes/`);
    expect(url.slice(0, folder.length)).toBe(folder);
    expect(url.slice(folder.length)).toMatch(/^[0-9a-f]{32}\.webp$/);
    const stored = await fetch(url);
    expect(stored.headers.get('content-type')).toBe('image/webp');
    expect(await upload()).not.toBe(url);
  });

  it('refuses what is no picture, two files, no file, and other products', async () => {
    const before = await viewStorage(w);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>');
    const other = await aProduct(w);
    const unknown = '0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11';
    const calls: [Test, number, string][] = [
      [post().attach('file', svg, 'a.png'), 422, 'IMAGE_TYPE_UNSUPPORTED'],
      [post().attach('file', await aPicture('gif'), 'a.gif'), 422, 'IMAGE_TYPE_UNSUPPORTED'],
      [post().attach('file', aPngBomb(20_000), 'a.png'), 422, 'IMAGE_TOO_MANY_PIXELS'],
      [post().attach('file', png.subarray(0, 60), 'a.png'), 422, 'IMAGE_UNREADABLE'],
      [post().attach('file', Buffer.alloc(5_300_000), 'a.png'), 422, 'UPLOAD_TOO_LARGE'],
      [post().attach('file', png, 'a').attach('file', png, 'b'), 422, 'UPLOAD_TOO_MANY_FILES'],
      [post().field('name', 'x'), 400, 'UPLOAD_FILE_MISSING'],
      [post().attach('picture', png, 'a.png'), 400, 'UPLOAD_FIELD_UNEXPECTED'],
      [post(other.productId).attach('file', png, 'a.png'), 422, 'PRODUCT_IS_NOT_KUJI'],
      [post(unknown).attach('file', png, 'a.png'), 404, 'KUJI_PRODUCT_NOT_FOUND'],
      [post('x').attach('file', png, 'a.png'), 400, 'VALIDATION_FAILED'],
    ];
    for (const [request, status, code] of calls) {
      expect(refusal(await request)).toEqual([status, code]);
    }
    expect(await viewStorage(w)).toEqual(before);
  });

  it('leaves nothing when the storage fails', async () => {
    const before = await viewStorage(w);
    w.sandbox.fault({ match: 'POST /storage/v1/object/*', kind: 'error_500' });
    expect(refusal(await post().attach('file', png, 'a'))).toEqual([502, 'PROVIDER_FAILED']);
    expect((await viewStorage(w)).stored).toEqual(before.stored);
  });
});

describe('a picture on a prize', () => {
  it('stays as long as a prize shows it, and goes when it is exchanged or cleared', async () => {
    const [first, second] = [await upload(), await upload()];
    await show('A', first);
    await show('A', first);
    await w.drain();
    expect(await isThere(first)).toBe(true);
    await show('A', second);
    await w.drain();
    expect([await isThere(first), await isThere(second)]).toEqual([false, true]);
    await show('A', null);
    await w.drain();
    expect(await isThere(second)).toBe(false);
  });

  it('goes with the last prize that shows it', async () => {
    const url = await upload();
    const prize = { prizeCode: 'B', prizeTier: 'B', name: 'Cup', initialQuantity: 1 };
    const { id } = await addPrize(w.app, { ...BY, productId, prize: { ...prize, imageUrl: url } });
    await show('A', url);
    await removePrize(w.app, { ...BY, productId, prizeId: id });
    await w.drain();
    expect(await isThere(url)).toBe(true);
    await show('A', null);
    await w.drain();
    expect(await isThere(url)).toBe(false);
  });

  it('is kept by the prize that was saved with it, and deleted after seven days otherwise', async () => {
    const [used, unused] = [await upload(), await upload()];
    await show('A', used);
    w.clock.offsetMs += 8 * DAY_MS;
    await requeueStrandedDeletions(w.app);
    await w.drain();
    w.clock.offsetMs = 0;
    expect([await isThere(used), await isThere(unused)]).toEqual([true, false]);
  });

  it('is not touched by an edit that fails', async () => {
    const [shown, wanted] = [await upload(), await upload()];
    await show('A', shown);
    const clash = changePrize(w.app, {
      ...BY,
      productId,
      prizeId: await prizeId('A'),
      change: { imageUrl: wanted, prizeCode: 'D' },
    });
    await expect(clash).rejects.toMatchObject({ code: 'PRIZE_CODE_TAKEN' });
    await w.drain();
    expect([await isThere(shown), await isThere(wanted)]).toEqual([true, true]);
  });

  it('cannot be put back while it is being deleted', async () => {
    const url = await upload();
    await show('A', url);
    await show('A', null);
    await expect(show('A', url)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: { imageUrl: [expect.any(String)] } },
    });
  });

  it('of another product or address is left alone', async () => {
    const foreign = await upload();
    const owner = productId;
    await show('A', foreign);
    ({ productId } = await aKuji(w));
    await show('A', foreign);
    await show('A', 'https://elsewhere.example/a.webp');
    const tricky = `${w.app.storage.publicUrl(`products/${productId}/kuji-prizes/`)}../../../${owner}/x.webp`;
    await show('D', tricky);
    await show('D', null);
    await w.drain();
    expect(await isThere(foreign)).toBe(true);
  });
});
