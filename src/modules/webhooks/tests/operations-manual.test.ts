import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { stripeEventTypes } from '../index.ts';

test('the operations manual names every type of Stripe event that the shop acts on, and no other', async () => {
  const manual = await readFile(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
  const step = /^1\. Create a webhook endpoint[\s\S]*?(?=^2\. )/m.exec(manual)?.[0] ?? '';
  const named = [...step.matchAll(/`([a-z_]+(?:\.[a-z_]+)+)`/g)].map(([, type]) => type);
  expect(named.sort()).toEqual([...stripeEventTypes].sort());
});
