import { describe, expect, it } from 'vitest';
import { matchRequest } from '../match-path.ts';

describe('matchRequest', () => {
  it.each([
    ['POST /emails', 'POST', '/emails', true],
    ['post /emails', 'POST', '/emails', true],
    ['POST /emails', 'GET', '/emails', false],
    ['POST /emails', 'POST', '/emails/batch', false],
    ['POST /v1/checkout/sessions', 'POST', '/v1/checkout/sessions/cs_1/expire', false],
    ['POST /v1/checkout/sessions/:id/expire', 'POST', '/v1/checkout/sessions/cs_1/expire', true],
    ['POST /v1/checkout/sessions/*/expire', 'POST', '/v1/checkout/sessions/cs_1/expire', true],
    ['GET /auth/v1/.well-known/jwks.json', 'GET', '/auth/v1/.well-known/jwks.json', true],
    ['* /storage/v1/*', 'PUT', '/storage/v1/object/images/fox.svg', true],
    ['* /storage/v1/*', 'PUT', '/storage/v1', false],
  ])('%s against %s %s: %s', (match, method, path, expected) => {
    expect(matchRequest(match)(method, path)).toBe(expected);
  });

  it.each(['', 'POST', '/emails', 'POST emails', 'POST /emails now'])('refuses %o', (match) => {
    expect(() => matchRequest(match)).toThrow(RangeError);
  });
});
