import { describe, expect, it } from 'vitest';
import { isPrivateAddress, postWebhook } from './post-webhook.ts';

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    'fd00::1',
    'fe80::1',
  ])('%s is no place on the internet', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('%s is', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

it('refuses a private address before it connects', async () => {
  const answer = await postWebhook({
    url: 'http://localhost:1/',
    headers: {},
    body: '{}',
    allowPrivateAddresses: false,
  });
  expect(answer).toEqual({ status: null, error: 'the address is not a public one' });
});
