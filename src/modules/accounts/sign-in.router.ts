import {
  readAuthorization,
  requireCsrfToken,
  requireOwnSite,
  signInCookies,
} from '../../http/read-credentials.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { handleGuarded, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { changePassword, resetPassword } from './service/change-password.ts';
import { identifyPerson } from './service/identify-person.ts';
import { readBearer } from './service/read-bearer.ts';
import { forgetPassword, registerPerson } from './service/register-person.ts';
import { forgetCookies, openCookieSession } from './service/set-sign-in-cookies.ts';
import { refreshSession, signIn, signOut } from './service/sign-in.ts';
import {
  changePasswordRoute,
  forgotPasswordRoute,
  loginRoute,
  logoutRoute,
  refreshRoute,
  registerRoute,
  resetPasswordRoute,
} from './sign-in.contract.ts';

const CHECK_MAIL = 'If this address can be used, a mail is on its way to it.';

/** Sign-in for clients without the provider's own library: a thin front with cookies. */
export function signInRouter(app: App): Mounted[] {
  /** A foreign page must not sign somebody in as somebody else. */
  const fromOwnSite = (context: RequestContext) => {
    requireOwnSite(app, context);
    return Promise.resolve(context.clientAddress);
  };
  /** The session of the cookies; null where there is none, and so nothing that a foreign page could misuse. */
  const byCookies = (context: RequestContext) => {
    const names = signInCookies(app);
    const [access, refresh] = [context.cookie(names.access), context.cookie(names.refresh)];
    if (access !== null || refresh !== null) requireCsrfToken(app, context);
    return Promise.resolve({ access, refresh });
  };
  const signedIn = async (context: RequestContext) => {
    const authorization = readAuthorization(app, context);
    const { user } = await identifyPerson(app, authorization);
    return { user, token: readBearer(authorization) };
  };
  return [
    handleGuarded(app, registerRoute, fromOwnSite, async ({ body }, _context, clientAddress) => {
      await registerPerson(app, { ...body, clientAddress });
      return { data: null, message: CHECK_MAIL };
    }),
    handleGuarded(app, loginRoute, fromOwnSite, async ({ body }, _context, clientAddress) =>
      openCookieSession(app, await signIn(app, { ...body, clientAddress })),
    ),
    handleGuarded(app, refreshRoute, byCookies, async (_input, _context, { refresh }) =>
      openCookieSession(app, await refreshSession(app, refresh)),
    ),
    handleGuarded(app, logoutRoute, byCookies, async (_input, _context, cookies) => {
      await signOut(app, cookies);
      return { data: null, cookies: forgetCookies(app) };
    }),
    handleGuarded(app, forgotPasswordRoute, fromOwnSite, async ({ body }, _context, address) => {
      await forgetPassword(app, { ...body, clientAddress: address });
      return { data: null, message: CHECK_MAIL };
    }),
    handleGuarded(app, resetPasswordRoute, fromOwnSite, async ({ body }, _context, address) => {
      await resetPassword(app, { ...body, clientAddress: address });
      return { data: null, cookies: forgetCookies(app) };
    }),
    handleGuarded(app, changePasswordRoute, signedIn, async ({ body }, context, caller) => {
      const { user: person, token } = caller;
      await changePassword(app, { ...body, token, person, clientAddress: context.clientAddress });
      return { data: null };
    }),
  ];
}
