import { expect, it } from 'vitest';
import { deriveTrackingUrl } from './derive-tracking-url.ts';

it.each([
  ['Canada Post', 'www.canadapost-postescanada.ca'],
  ['postes canada', 'www.canadapost-postescanada.ca'],
  ['CanadaPost Expedited', 'www.canadapost-postescanada.ca'],
  ['Purolator Ground', 'www.purolator.com'],
  ['UPS', 'www.ups.com'],
  ['ups standard', 'www.ups.com'],
  ['FedEx', 'www.fedex.com'],
  ['Fed-Ex Ground', 'www.fedex.com'],
  ['DHL Express', 'www.dhl.com'],
  ['Canpar', 'www.canpar.com'],
])('knows %s', (carrier, host) => {
  const url = new URL(deriveTrackingUrl(carrier, ' 12 34-5 ') ?? '');
  expect([url.protocol, url.hostname]).toEqual(['https:', host]);
  expect(url.href).toContain('12345');
});

it.each([
  ['Stallion', '1'],
  ['Upstairs Couriers', '1'],
  ['', '1'],
  [null, '1'],
  ['UPS', null],
  ['UPS', ' - '],
  ['UPS', '1'.repeat(500)],
])('makes no link for %j and %j', (carrier, number) => {
  expect(deriveTrackingUrl(carrier, number)).toBeNull();
});

it('lets no number write more than itself into the link', () => {
  const url = new URL(deriveTrackingUrl('UPS', '1&x=2#y/../?') ?? '');
  expect([...url.searchParams.keys()]).toEqual(['loc', 'tracknum']);
  expect(url.searchParams.get('tracknum')).toBe('1&x=2#y/../?');
});
