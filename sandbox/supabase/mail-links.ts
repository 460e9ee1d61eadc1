import { randomBytes } from 'node:crypto';
import { v4 } from 'uuid';
import type { SandboxCore } from '../core.ts';
import { escapeHtml } from '../mailbox/escape-html.ts';
import { issueAuthCode, sessionJson, startSession } from './sessions.ts';
import type { MailLink, SupabaseState } from './supabase-state.ts';
import type { Person } from './people.ts';

const FROM = 'PopBox Studio <no-reply@popbox.test>';

const TEXTS = {
  'email/signup': {
    type: 'signup',
    subject: 'Confirm your e-mail address',
    sentence: 'Open this link to confirm your e-mail address:',
  },
  recovery: {
    type: 'recovery',
    subject: 'Choose a new password',
    sentence: 'Open this link to choose a new password:',
  },
} as const;

/** Puts a mail with a one-time link into the mailbox. */
export function sendLink(
  core: SandboxCore,
  state: SupabaseState,
  person: Person,
  request: Omit<MailLink, 'personId'> & { redirectTo: string },
): void {
  const token = `${request.challenge === null ? '' : 'pkce_'}${randomBytes(28).toString('hex')}`;
  const text = TEXTS[request.method];
  state.mailLinks.set(token, {
    personId: person.id,
    method: request.method,
    challenge: request.challenge,
  });
  const link = new URL(`${state.auth.issuer()}/verify`);
  link.searchParams.set('token', token);
  link.searchParams.set('type', text.type);
  link.searchParams.set('redirect_to', request.redirectTo);
  const href = escapeHtml(link.href);
  core.mails.push({
    id: v4(),
    key: null,
    from: FROM,
    to: [person.email],
    replyTo: [],
    subject: text.subject,
    html: `<h2>${text.subject}</h2><p>${text.sentence}</p><p><a href="${href}">${text.subject}</a></p>`,
    text: `${text.sentence}\n\n${link.href}\n`,
    receivedAt: new Date(core.now()).toISOString(),
    kind: 'supabase',
  });
}

/**
 * What the link in the mail does: confirms the address, then sends the person back to the site with
 * a code that only the browser that asked can redeem. A link works once.
 */
export async function openLink(
  state: SupabaseState,
  token: string,
  redirectTo: string,
): Promise<string> {
  const target = new URL(redirectTo);
  const link = state.mailLinks.get(token);
  const person = link && state.auth.people.get(link.personId);
  if (link === undefined || person === undefined) return withLinkError(target);
  state.mailLinks.delete(token);
  const nowIso = new Date(state.auth.nowMs()).toISOString();
  person.emailConfirmedAt ??= nowIso;
  person.updatedAt = nowIso;
  for (const identity of person.identities) {
    if (identity.provider === 'email') identity.data.email_verified = true;
  }
  if (link.challenge !== null) {
    target.searchParams.set('code', issueAuthCode(state.auth, person, link.method, link.challenge));
    return target.href;
  }
  const session = await sessionJson(state.auth, startSession(state.auth, person, link.method));
  target.hash = new URLSearchParams({
    access_token: String(session.access_token),
    expires_at: String(session.expires_at),
    expires_in: String(session.expires_in),
    refresh_token: String(session.refresh_token),
    token_type: 'bearer',
    type: TEXTS[link.method].type,
  }).toString();
  return target.href;
}

function withLinkError(target: URL): string {
  const error = {
    error: 'access_denied',
    error_code: 'otp_expired',
    error_description: 'Email link is invalid or has expired',
  };
  for (const [name, value] of Object.entries(error)) target.searchParams.set(name, value);
  target.hash = new URLSearchParams(error).toString();
  return target.href;
}
