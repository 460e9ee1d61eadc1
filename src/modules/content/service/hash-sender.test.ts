import { expect, test } from 'vitest';
import { hashSender } from './hash-sender.ts';

test('a hash names the network and needs the key', () => {
  const hash = hashSender('pepper', '2001:db8::1');
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hashSender('pepper', '2001:db8::2')).toBe(hash);
  expect(hashSender('pepper', '2001:db8:0:1::1')).not.toBe(hash);
  expect(hashSender('other', '2001:db8::1')).not.toBe(hash);
});
