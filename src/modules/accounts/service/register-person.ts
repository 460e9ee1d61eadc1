import { SignInRefused } from '../../../integrations/supabase/sign-in-port.ts';
import type { App } from '../../../kernel/app.ts';
import { answerEvenly } from './answer-evenly.ts';
import { refuseBreachedPassword, toSignInProblem } from './check-new-password.ts';
import { limitSignIn } from './limit-sign-in.ts';

/** Refusals that only a known address gets: told, they would tell who has an account. */
const TELLING: ReadonlySet<string> = new Set([
  'user_already_exists',
  'email_exists',
  'over_email_send_rate_limit',
]);

/**
 * Use case: registers somebody at the sign-in provider, which mails a link that confirms the address. A known address, a
 * new one and one that just asked are answered alike, after the same time.
 *
 * @throws Problem PASSWORD_BREACHED, PASSWORD_TOO_WEAK, RATE_LIMITED, AUTH_VERIFIER_UNAVAILABLE
 */
export async function registerPerson(
  app: App,
  request: {
    email: string;
    password: string;
    firstName: string | null;
    lastName: string | null;
    clientAddress: string;
  },
): Promise<void> {
  const { clientAddress, ...person } = request;
  const email = person.email.toLowerCase();
  await limitSignIn(app, 'register', { clientAddress, account: email });
  await refuseBreachedPassword(app, person.password);
  const redirectTo = callbackPage(app, '/account');
  await answerEvenly(app, 'registering', () =>
    hideWhoIsKnown(() => app.signIn.register({ ...person, email, redirectTo })),
  );
}

/**
 * Use case: has a link mailed with which a person may choose a new password. Answered alike, like registering.
 * @throws Problem RATE_LIMITED, AUTH_VERIFIER_UNAVAILABLE
 */
export async function forgetPassword(
  app: App,
  request: { email: string; clientAddress: string },
): Promise<void> {
  const email = request.email.toLowerCase();
  await limitSignIn(app, 'forgot', { clientAddress: request.clientAddress, account: email });
  const redirectTo = callbackPage(app, '/account/reset-password');
  await answerEvenly(app, 'mailing a link to a new password', () =>
    hideWhoIsKnown(() => app.signIn.sendRecovery({ email, redirectTo })),
  );
}

async function hideWhoIsKnown(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SignInRefused && TELLING.has(error.code)) return;
    throw toSignInProblem(error, {});
  }
}

/** The storefront's page for links of the sign-in provider; never an address of the caller's. */
function callbackPage(app: App, next: string): string {
  return `${app.config.clientBaseUrl}/auth/callback?next=${encodeURIComponent(next)}`;
}
