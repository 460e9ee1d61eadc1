import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMs } from '../../../kernel/clock.ts';
import { hmacSha256 } from '../../../kernel/hash.ts';
import { newId } from '../../../kernel/ids.ts';
import {
  addOrderToCookie,
  GUEST_ACCESS_MS,
  signGuestCookie,
  verifyGuestCookie,
  type GuestCookieEntry,
} from './sign-guest-cookie.ts';

const pepper = 'pepper-0123456789-abcdefghijklmnopqrstuvwxyz';
const now = new Date('2026-11-21T09:00:00Z');
const entry = () => ({ orderId: newId(), grantId: newId() });
/** Grants that all hold for 180 days from a time. */
const liveFrom = (at: Date, ...entries: GuestCookieEntry[]) => ({
  liveUntil: new Map(entries.map(({ grantId }) => [grantId, addMs(at, GUEST_ACCESS_MS)])),
  now: at,
});
const listed = entry();
const content = addOrderToCookie(null, listed, liveFrom(now, listed));
const signed = signGuestCookie(pepper, content);

/** A value with any payload and our own genuine signature. */
const signAnything = (json: unknown) => {
  const payload = Buffer.from(JSON.stringify(json)).toString('base64url');
  return `${payload}.${hmacSha256(pepper, payload).toString('base64url')}`;
};

describe('verifyGuestCookie', () => {
  it('reads back what was signed, from characters a cookie may hold', () => {
    expect(verifyGuestCookie(pepper, signed, now)).toEqual(content);
    expect(signed).toMatch(/^[\w-]+\.[\w-]+$/);
  });

  it('ends with its time', () => {
    expect(verifyGuestCookie(pepper, signed, addMs(now, GUEST_ACCESS_MS - 1))).toEqual(content);
    expect(verifyGuestCookie(pepper, signed, addMs(now, GUEST_ACCESS_MS))).toBeNull();
  });

  const [payload = '', signature = ''] = signed.split('.');
  const elsewhere = Buffer.from(JSON.stringify({ ...content, orders: [entry()] }));
  it.each([
    ['none', null],
    ['empty', ''],
    ['no signature', payload],
    ['empty signature', `${payload}.`],
    ['signature of other length', `${payload}.${signature}A`],
    ['another payload', `${elsewhere.toString('base64url')}.${signature}`],
    ['a third part', `${signed}.x`],
    ['another pepper', signGuestCookie(`${pepper}x`, content)],
    ['no JSON', signAnything('x').replace(/^[^.]+/, '%%%')],
    ['signed text', signAnything('hello')],
    ['signed null', signAnything(null)],
    ['another version', signAnything({ ...content, v: 'v2' })],
    ['another kind', signAnything({ ...content, kind: 'admin' })],
    ['ids that are none', signAnything({ ...content, orders: [{ orderId: '1', grantId: '2' }] })],
    ['eleven orders', signAnything({ ...content, orders: Array.from({ length: 11 }, entry) })],
  ])('takes as missing: %s', (_name, value) => {
    expect(verifyGuestCookie(pepper, value, now)).toBeNull();
  });

  it('takes any text as missing and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(verifyGuestCookie(pepper, value, now)).toBeNull();
      }),
    );
  });
});

describe('addOrderToCookie', () => {
  it('keeps ten orders, the oldest makes room', () => {
    const entries = Array.from({ length: 12 }, entry);
    const full = entries.reduce<ReturnType<typeof addOrderToCookie> | null>(
      (cookie, next) => addOrderToCookie(cookie, next, liveFrom(now, ...entries)),
      null,
    );
    expect(full?.orders).toEqual(entries.slice(2));
  });

  it('lists an order once, as the newest, with its new grant', () => {
    const [first, second] = [entry(), entry()];
    const again = { orderId: first.orderId, grantId: newId() };
    const live = liveFrom(now, first, second, again);
    const both = addOrderToCookie(addOrderToCookie(null, first, live), second, live);
    expect(addOrderToCookie(both, again, live).orders).toEqual([second, again]);
  });

  it('forgets orders whose grants no longer hold, so that they take no place', () => {
    const entries = Array.from({ length: 10 }, entry);
    const [newest, oldest, ...others] = entries;
    if (!newest || !oldest) throw new Error('There are ten.');
    const full = { ...content, orders: [oldest, ...others] };
    const cookie = addOrderToCookie(full, newest, liveFrom(now, oldest, newest));
    expect(cookie.orders).toEqual([oldest, newest]);
  });

  it('lasts as long as the longest of its grants, not longer', () => {
    const [old, young] = [entry(), entry()];
    const liveUntil = new Map([
      [old.grantId, addMs(now, 5_000)],
      [young.grantId, addMs(now, 9_000)],
    ]);
    const first = addOrderToCookie(content, old, { liveUntil, now });
    expect([first.issuedAt, first.expiresAt]).toEqual([now.getTime(), now.getTime() + 5_000]);
    const second = addOrderToCookie(first, young, { liveUntil, now });
    expect(second.expiresAt).toBe(now.getTime() + 9_000);
    const nothing = addOrderToCookie(null, entry(), { liveUntil, now });
    expect([nothing.orders, nothing.expiresAt]).toEqual([[], now.getTime()]);
  });
});
