import { readNow } from '../../../db/client.ts';
import { signInCookies } from '../../../http/read-credentials.ts';
import type { Cookie } from '../../../http/request-context.ts';
import type { ProviderSession } from '../../../integrations/supabase/sign-in-port.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import type { SessionView } from '../sign-in.contract.ts';

/** As long as the storefront lets a customer's session rest. */
const REFRESH_MS = 30 * DAY_MS;
const CSRF_BYTES = 24;

/**
 * A session as cookies. Scripts can read only the one against forged requests. The refresh token is for our own pages'
 * requests alone (Strict); the access token also comes along when somebody follows a link into the shop (Lax).
 */
export async function openCookieSession(
  app: App,
  session: ProviderSession,
): Promise<{ data: SessionView; cookies: Cookie[] }> {
  const names = signInCookies(app);
  const now = await readNow(app);
  const accessMs = session.expiresInSeconds * 1_000;
  const csrfToken = app.random.bytes(CSRF_BYTES).toString('base64url');
  const common = { path: '/', secure: app.config.isProduction };
  return {
    data: {
      user: session.user,
      expiresAt: addMs(now, accessMs).toISOString(),
      csrfToken,
    },
    cookies: [
      {
        name: names.access,
        value: session.accessToken,
        options: { ...common, httpOnly: true, sameSite: 'lax', maxAge: accessMs },
      },
      {
        name: names.refresh,
        value: session.refreshToken,
        options: { ...common, httpOnly: true, sameSite: 'strict', maxAge: REFRESH_MS },
      },
      {
        name: names.csrf,
        value: csrfToken,
        options: { ...common, httpOnly: false, sameSite: 'lax', maxAge: REFRESH_MS },
      },
    ],
  };
}

/** Makes the browser forget a session. */
export function forgetCookies(app: App): Cookie[] {
  const { access, refresh, csrf } = signInCookies(app);
  return [access, refresh, csrf].map((name) => ({
    name,
    value: '',
    options: { path: '/', secure: app.config.isProduction, httpOnly: name !== csrf, maxAge: 0 },
  }));
}
