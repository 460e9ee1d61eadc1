import { expect, test } from 'vitest';
import { LIMIT_CLASSES, readRateLimits } from './read-rate-limits.ts';

test('an office behind one address has more room than one person, and a storefront’s server at least ten calls a second', () => {
  const limits = readRateLimits(null);
  if (limits === null) throw new Error('The defaults can be read.');
  for (const name of LIMIT_CLASSES) {
    const { client, person } = limits[name];
    expect(client.points / client.seconds, name).toBeGreaterThanOrEqual(
      person.points / person.seconds,
    );
  }
  expect(limits.public.client.points / limits.public.client.seconds).toBeGreaterThanOrEqual(10);
});

test('changes what is named and leaves the rest', () => {
  const defaults = readRateLimits('');
  const changed = readRateLimits(' checkout.person=20/60 ,contact.client=7/30,');
  expect(changed).toEqual({
    ...defaults,
    checkout: { ...defaults?.checkout, person: { points: 20, seconds: 60 } },
    contact: { ...defaults?.contact, client: { points: 7, seconds: 30 } },
  });
  expect(readRateLimits(null)).toEqual(defaults);
});

test.each([
  'checkout=20/60',
  'checkout.person=20',
  'checkout.person=0/60',
  'checkout.person=20/0',
  'checkout.person=20/86401',
  'checkout.person=-1/60',
  'checkout.nobody=20/60',
  'basket.person=20/60',
  'constructor.person=20/60',
  'checkout.person=20/60 contact.client=7/30',
])('%s cannot be read', (text) => {
  expect(readRateLimits(text)).toBeNull();
});
