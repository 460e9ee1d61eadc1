import { expect, test } from 'vitest';
import { isNetwork, isProxyRule, toBlockList } from './read-addresses.ts';

test.each(['192.0.2.7', '10.0.0.0/8', '2001:db8::1', '2001:db8::/32'])(
  '%s is a network',
  (text) => {
    expect(isNetwork(text)).toBe(true);
  },
);

test.each([
  '',
  'shop.example',
  '10.0.0.0/33',
  '2001:db8::/129',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  '10.0.0',
])('%s is none', (text) => {
  expect(isNetwork(text)).toBe(false);
});

test.each(['1', '2', 'loopback', 'loopback, 10.0.0.0/8', 'uniquelocal,linklocal'])(
  '%s says which proxies to trust',
  (text) => {
    expect(isProxyRule(text)).toBe(true);
  },
);

test.each(['true', '-1', '1.5', 'loopback 10.0.0.0/8', '*'])('%s does not', (text) => {
  expect(isProxyRule(text)).toBe(false);
});

test('a list knows its addresses and networks', () => {
  const list = toBlockList(['192.0.2.7', '10.0.0.0/8', '2001:db8::/32']);
  expect(list.check('192.0.2.7')).toBe(true);
  expect(list.check('192.0.2.8')).toBe(false);
  expect(list.check('10.9.8.7')).toBe(true);
  expect(list.check('2001:db8:1::1', 'ipv6')).toBe(true);
  expect(list.check('2001:db9::1', 'ipv6')).toBe(false);
});
