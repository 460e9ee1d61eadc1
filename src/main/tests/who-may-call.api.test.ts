import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CUSTOMER_EMAIL } from '../../../sandbox/supabase/people.ts';
import { supabaseOf, type TestTokenOptions } from '../../../sandbox/supabase/supabase-state.ts';
import { describingEnvironment } from '../../../scripts/describing-environment.ts';
import {
  aCustomer,
  anAdmin,
  aPaidOrder,
  aPerson,
  aProduct,
  aStaffMember,
  checkoutBody,
  guestCookieOf,
  newKey,
} from '../../../testing/factories.ts';
import { world, type World } from '../../../testing/world.ts';
import { readConfig } from '../../config/index.ts';
import type { Route } from '../../http/route.ts';
import { buildApp } from '../build-app.ts';
import { createLogger } from '../create-logger.ts';
import { routes } from '../routes.ts';

/**
 * Every operation, called by everybody. What is expected follows from the `access` that it declares, so a new operation is
 * covered as soon as it is listed. "Passes" means: past the guard, to whatever the operation thinks of an empty request.
 */
const CALLERS = [
  'nobody',
  'guest of another order',
  'guest',
  'customer',
  'other customer',
  'staff',
  'admin',
  'expired',
  'wrong key',
  'wrong audience',
  'alg none',
  'role claim forged',
] as const;
type Caller = (typeof CALLERS)[number];
type Outcome = 'passes' | `${number} ${string}`;

const BAD_TOKENS: readonly Caller[] = ['expired', 'wrong key', 'wrong audience', 'alg none'];
const WITHOUT_TOKEN: readonly Caller[] = ['nobody', 'guest of another order', 'guest'];
const isForOneOrder = (route: Route) => route.path.includes('/:publicId');

function expected(route: Route, caller: Caller): Outcome {
  if (route.access === 'guest') return expectedOfGuests(caller);
  const isBad = BAD_TOKENS.includes(caller);
  switch (route.access) {
    case 'optionalCustomer':
      if (isBad) return '401 AUTH_TOKEN_INVALID';
      return caller === 'staff' || caller === 'admin' ? '403 CUSTOMER_ACCOUNT_REQUIRED' : 'passes';
    case 'signedIn':
      if (WITHOUT_TOKEN.includes(caller)) return '401 AUTH_REQUIRED';
      return isBad ? '401 AUTH_TOKEN_INVALID' : 'passes';
    case 'customer':
      if (WITHOUT_TOKEN.includes(caller)) return '401 AUTH_REQUIRED';
      if (isBad) return '401 AUTH_TOKEN_INVALID';
      if (caller === 'staff' || caller === 'admin') return '403 CUSTOMER_ACCOUNT_REQUIRED';
      return caller === 'customer' || !isForOneOrder(route) ? 'passes' : '404 ORDER_NOT_FOUND';
    case 'admin':
    case 'staff':
      if (WITHOUT_TOKEN.includes(caller)) return '401 AUTH_REQUIRED';
      if (isBad) return '401 AUTH_TOKEN_INVALID';
      if (caller === 'admin' || (caller === 'staff' && route.access === 'staff')) return 'passes';
      return '403 ADMIN_ROLE_REQUIRED';
    case 'public':
    case 'signature':
      // Whoever they are is not asked.
      return 'passes';
  }
}

/** A bearer opens nothing here: only the cookie does. */
function expectedOfGuests(caller: Caller): Outcome {
  if (caller === 'guest') return 'passes';
  return caller === 'guest of another order' ? '404 ORDER_NOT_FOUND' : '401 ORDER_ACCESS_REQUIRED';
}

const describedApp = buildApp({
  config: readConfig(describingEnvironment),
  log: createLogger({ level: 'silent', environment: 'test' }),
});
const all = routes(describedApp).map(({ route }) => route);

let w: World;
let headersOf: Record<Caller, Record<string, string>>;
/** Of the guest and the customer alike: it was placed under the customer's e-mail. */
let publicId: string;
/** For operations that ask who it is only when they have understood the request. */
let bodies: Record<string, () => object>;

beforeAll(async () => {
  w = await world({ poolMax: 20 });
  const { productId, variantId } = await aProduct(w, { onHand: 1_000 });
  const items = [{ productId, productVariantId: variantId, quantity: 1 }];
  const [own, foreign] = [
    await aPaidOrder(w, items, { email: CUSTOMER_EMAIL }),
    await aPaidOrder(w, items),
  ];
  publicId = own.publicId;
  const cart = () => checkoutBody(items, { email: CUSTOMER_EMAIL });
  bodies = { quoteCheckout: cart, openCheckoutSession: cart };
  const cookie = async (sessionId: string) => ({ cookie: await guestCookieOf(w, sessionId) });
  const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
  const broken = async (options: TestTokenOptions) =>
    bearer({ token: await supabaseOf(w.sandbox.core).issueToken(options) });
  const forged = await aPerson(w);
  headersOf = {
    nobody: {},
    guest: await cookie(own.sessionId),
    'guest of another order': await cookie(foreign.sessionId),
    customer: bearer(await aCustomer(w)),
    'other customer': bearer(await aPerson(w)),
    staff: bearer(await aStaffMember(w)),
    admin: bearer(await anAdmin(w)),
    expired: await broken({ claims: { exp: Math.floor(Date.now() / 1000) - 60 } }),
    'wrong key': await broken({ signedBy: 'stranger' }),
    'wrong audience': await broken({ claims: { aud: 'anon' } }),
    'alg none': await broken({ alg: 'none' }),
    'role claim forged': await broken({
      email: forged.email,
      claims: {
        role: 'admin',
        app_metadata: { role: 'admin', roles: ['admin', 'staff'] },
        user_metadata: { role: 'admin' },
      },
    }),
  };
});
afterAll(async () => {
  await w.close();
  await describedApp.database.close();
});

const answer = z.looseObject({ errors: z.looseObject({ code: z.string() }).optional() });

const call = (route: Route, caller: Caller) => callWith(route, headersOf[caller]);

async function callWith(route: Route, headers: Record<string, string>): Promise<Outcome> {
  const path = route.path.replace(':publicId', publicId).replace(/:\w+/g, () => randomUUID());
  const body = (bodies[route.operationId] ?? (() => ({})))();
  const response = await fetch(`${w.url}${path}`, {
    method: route.method.toUpperCase(),
    redirect: 'manual',
    headers: {
      ...headers,
      ...(route.bodyKind === 'json' ? { 'content-type': 'application/json' } : {}),
      'idempotency-key': newKey(),
    },
    ...(route.bodyKind === 'json' ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (response.ok || response.status < 400) return 'passes';
  expect(response.status, text).toBeLessThan(500);
  const code = answer.parse(JSON.parse(text)).errors?.code ?? '';
  return `${response.status} ${code}`;
}

/** What an operation for everybody thinks of the request is the same whoever sends it; one behind a guard was reached. */
function judge(route: Route, outcome: Outcome, ofNobody: Outcome): Outcome {
  if (route.access === 'public' || route.access === 'signature') {
    return outcome === ofNobody ? 'passes' : outcome;
  }
  return /^40[13] |ORDER_NOT_FOUND$/.test(outcome) && isGuardsOwn(route, outcome)
    ? outcome
    : 'passes';
}

/** Of an admin operation on an order that does not exist, 404 is the answer behind the guard. */
const isGuardsOwn = (route: Route, outcome: Outcome) =>
  !outcome.endsWith('ORDER_NOT_FOUND') || isForOneOrder(route);

describe('who may call', () => {
  test.each(all.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s',
    async (_name, route) => {
      const outcomes = await Promise.all(
        CALLERS.map(async (caller) => [caller, await call(route, caller)] as const),
      );
      const ofNobody = outcomes[0]?.[1] ?? 'passes';
      const found = outcomes.map(([caller, outcome]) => [caller, judge(route, outcome, ofNobody)]);
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries(CALLERS.map((caller) => [caller, expected(route, caller)])),
      );
    },
  );

  test('by cookie: whoever may, and nobody without a token of our own pages where something changes', async () => {
    const guarded = all.filter(({ access }) =>
      ['signedIn', 'customer', 'staff', 'admin'].includes(access),
    );
    const outcomes = await Promise.all(
      guarded.map(async (route) => {
        const caller = route.access === 'customer' ? 'customer' : 'admin';
        const token = headersOf[caller].authorization?.replace('Bearer ', '') ?? '';
        const alone = await callWith(route, { cookie: `popbox_access=${token}` });
        const shown = await callWith(route, {
          cookie: `popbox_access=${token}; popbox_csrf=shown-by-us`,
          'x-csrf-token': 'shown-by-us',
          origin: 'http://shop.test',
        });
        const name = `${route.method} ${route.path}`;
        const refused = alone === '400 CSRF_CHECK_FAILED' ? alone : judge(route, alone, 'passes');
        return [name, [refused, judge(route, shown, 'passes')]] as const;
      }),
    );
    const wanted = guarded.map((route) => {
      const [name, isRead] = [`${route.method} ${route.path}`, route.method === 'get'];
      return [name, [isRead ? 'passes' : '400 CSRF_CHECK_FAILED', 'passes']] as const;
    });
    expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(wanted));
  });

  test('money, settings and the catalogue are for admins, not for all staff', () => {
    const closed = all.filter(({ path }) =>
      /^\/api\/v1\/admin\/(settings|products|collections|tags|legal|kuji|audit|webhook)|refund|recover/.test(
        path,
      ),
    );
    expect(closed.length).toBeGreaterThan(40);
    expect(closed.filter(({ access }) => access !== 'admin').map(({ path }) => path)).toEqual([]);
  });
});
