import type { App } from '../kernel/app.ts';
import { equalSecrets } from '../kernel/hash.ts';
import { Problem } from '../kernel/problems.ts';
import type { RequestContext } from './request-context.ts';
import { staffProblems } from './staff-problems.ts';

/** Names of the cookies of a person who signed in here. */
export type SignInCookies = { access: string; refresh: string; csrf: string };

/** Repeats the value of the readable cookie; only pages of our own site can read it. */
export const CSRF_HEADER = 'x-csrf-token';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * With `__Host-` a browser takes a cookie from this very host over https only, so that no other host of the domain can
 * plant one. A developer's shop is plain http.
 */
export function signInCookies(app: Pick<App, 'config'>): SignInCookies {
  const prefix = app.config.isProduction ? '__Host-' : '';
  return {
    access: `${prefix}popbox_access`,
    refresh: `${prefix}popbox_refresh`,
    csrf: `${prefix}popbox_csrf`,
  };
}

/**
 * The credentials of a request: its Authorization header, or else the cookie of somebody who signed in here, as the same
 * header. A browser sends cookies whoever made it send the request; so where something changes, a caller by cookie also
 * has to come from our own site and to show the token. Callers with the header are never asked for that, whatever cookies
 * are there.
 *
 * @throws Problem CSRF_CHECK_FAILED
 */
export function readAuthorization(
  app: Pick<App, 'config'>,
  context: RequestContext,
): string | null {
  const header = context.header('authorization');
  if (header !== null) return header;
  const token = context.cookie(signInCookies(app).access);
  if (token === null) return null;
  if (!SAFE_METHODS.has(context.method)) requireCsrfToken(app, context);
  return `Bearer ${token}`;
}

/**
 * The same where guests may call, too: cookies alone make nobody a customer there. The storefront, which knows nothing of
 * them, sends what is left of another visit along with its guests' carts.
 */
export function readOptionalAuthorization(
  app: Pick<App, 'config'>,
  context: RequestContext,
): string | null {
  const isMeant = context.header('authorization') !== null || context.header(CSRF_HEADER) !== null;
  return isMeant ? readAuthorization(app, context) : null;
}

/** @throws Problem CSRF_CHECK_FAILED */
export function requireCsrfToken(app: Pick<App, 'config'>, context: RequestContext): void {
  requireOwnSite(app, context);
  const cookie = context.cookie(signInCookies(app).csrf);
  const header = context.header(CSRF_HEADER);
  if (cookie === null || cookie === '' || header === null || !equalSecrets(cookie, header)) {
    throw new Problem(staffProblems.CSRF_CHECK_FAILED);
  }
}

/**
 * Refuses what a browser says comes from a foreign site. Callers that are no browser say nothing, and pass.
 * @throws Problem CSRF_CHECK_FAILED
 */
export function requireOwnSite(app: Pick<App, 'config'>, context: RequestContext): void {
  const origin = context.header('origin');
  const isForeign =
    origin === null
      ? context.header('sec-fetch-site') === 'cross-site'
      : !isOwnOrigin(app, context, origin);
  if (isForeign) throw new Problem(staffProblems.CSRF_CHECK_FAILED);
}

function isOwnOrigin(app: Pick<App, 'config'>, context: RequestContext, origin: string): boolean {
  const { corsOrigin, clientBaseUrl, adminBaseUrl } = app.config;
  if ([corsOrigin, clientBaseUrl, adminBaseUrl].some((url) => new URL(url).origin === origin)) {
    return true;
  }
  // A page of this very server.
  return URL.canParse(origin) && new URL(origin).host === context.header('host');
}
