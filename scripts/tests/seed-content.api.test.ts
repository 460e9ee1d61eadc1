import { afterAll, beforeAll, expect, it } from 'vitest';
import { world, type World } from '../../testing/world.ts';
import { seedContent } from '../seed/seed-content.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const itemsAt = async (path: string) => {
  const response = await w.http.get(`/api/v1${path}`);
  return (response.body as { data: { items: { type?: string; version?: number }[] } }).data.items;
};

it('gives an empty shop its legal pages and questions, once', async () => {
  await seedContent(w.app);
  const questions = await itemsAt('/legal/faq');
  expect(questions.length).toBeGreaterThan(3);
  await seedContent(w.app);
  expect(await itemsAt('/legal/faq')).toEqual(questions);
  expect((await itemsAt('/legal')).map(({ type, version }) => [type, version])).toEqual([
    ['privacy', 1],
    ['shipping_returns', 1],
    ['terms', 1],
  ]);
});
