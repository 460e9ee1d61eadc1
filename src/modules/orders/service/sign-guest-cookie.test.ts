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
} from './sign-guest-cookie.ts';

const pepper = 'pepper-0123456789-abcdefghijklmnopqrstuvwxyz';
const now = new Date('2026-11-21T09:00:00Z');
const entry = () => ({ orderId: newId(), grantId: newId() });
const content = addOrderToCookie(null, entry(), now);
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
      (cookie, next) => addOrderToCookie(cookie, next, now),
      null,
    );
    expect(full?.orders).toEqual(entries.slice(2));
  });

  it('lists an order once, as the newest, with its new grant', () => {
    const [first, second] = [entry(), entry()];
    const both = addOrderToCookie(addOrderToCookie(null, first, now), second, now);
    const again = { orderId: first.orderId, grantId: newId() };
    expect(addOrderToCookie(both, again, now).orders).toEqual([second, again]);
  });

  it('lasts 180 days from the last order', () => {
    const later = addMs(now, 1000);
    const cookie = addOrderToCookie(content, entry(), later);
    expect(cookie.issuedAt).toBe(later.getTime());
    expect(cookie.expiresAt - cookie.issuedAt).toBe(180 * 24 * 3600 * 1000);
  });
});
