import { expect, test } from 'vitest';
import { hashSender, networkOf } from './hash-sender.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('a hash names the network and needs the key', () => {
  const hash = hashSender('pepper', '2001:db8::1');
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hashSender('pepper', '2001:db8::2')).toBe(hash);
  expect(hashSender('pepper', '2001:db8:0:1::1')).not.toBe(hash);
  expect(hashSender('other', '2001:db8::1')).not.toBe(hash);
});
