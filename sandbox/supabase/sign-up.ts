import { z } from 'zod';
import type { SandboxCore } from '../core.ts';
import { AuthRefusal } from './auth-error.ts';
import { sendLink } from './mail-links.ts';
import {
  addIdentity,
  createPerson,
  emailIdentity,
  findByEmail,
  passwordWeakness,
  userJson,
} from './people.ts';
import type { Person } from './people.ts';
import { readBody } from './read-body.ts';
import type { CodeChallenge } from './sessions.ts';
import type { SupabaseState } from './supabase-state.ts';

const challengeFields = {
  code_challenge: z.string().nullish(),
  code_challenge_method: z.string().nullish(),
};
const signUpBody = z.looseObject({
  email: z.string(),
  password: z.string(),
  data: z.record(z.string(), z.unknown()).nullish(),
  ...challengeFields,
});
const resendBody = z.looseObject({
  email: z.string(),
  type: z.literal('signup'),
  ...challengeFields,
});
const recoverBody = z.looseObject({ email: z.string(), ...challengeFields });
const changeBody = z.looseObject({
  password: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
  email: z.undefined({ error: 'the stand-in does not change e-mail addresses' }).optional(),
});

/** Registers a person and mails the link that confirms the address. */
export function signUp(
  core: SandboxCore,
  state: SupabaseState,
  body: unknown,
  redirectTo: string,
): Record<string, unknown> {
  const request = readBody(signUpBody, body);
  if (!z.email().safeParse(request.email.trim()).success) {
    throw new AuthRefusal(
      400,
      'validation_failed',
      'Unable to validate email address: invalid format',
    );
  }
  refuseWeakPassword(request.password);
  const known = findByEmail(state.auth.people, request.email);
  if (known !== undefined && known.emailConfirmedAt !== null) {
    throw new AuthRefusal(422, 'user_already_exists', 'User already registered');
  }
  // An unconfirmed account keeps its password: whoever asks now may be somebody else.
  const person = known ?? registerPerson(state, request.email, request.password);
  if (known === undefined) person.metadata = request.data ?? {};
  person.confirmationSentAt = new Date(state.auth.nowMs()).toISOString();
  sendLink(core, state, person, {
    method: 'email/signup',
    challenge: challengeOf(request),
    redirectTo,
  });
  return userJson(person);
}

function registerPerson(state: SupabaseState, email: string, password: string): Person {
  const nowIso = new Date(state.auth.nowMs()).toISOString();
  const person = createPerson(email, password, nowIso);
  addIdentity(person, 'email', emailIdentity(person), nowIso);
  state.auth.people.set(person.id, person);
  return person;
}

/** Mails the confirmation again. Unknown and confirmed addresses get the same answer and no mail. */
export function resendConfirmation(
  core: SandboxCore,
  state: SupabaseState,
  body: unknown,
  redirectTo: string,
): void {
  const request = readBody(resendBody, body);
  const person = findByEmail(state.auth.people, request.email);
  if (person?.emailConfirmedAt !== null) return;
  sendLink(core, state, person, {
    method: 'email/signup',
    challenge: challengeOf(request),
    redirectTo,
  });
}

/** Mails the link to a new password. Unknown addresses get the same answer and no mail. */
export function recoverPassword(
  core: SandboxCore,
  state: SupabaseState,
  body: unknown,
  redirectTo: string,
): void {
  const request = readBody(recoverBody, body);
  const person = findByEmail(state.auth.people, request.email);
  if (person === undefined) return;
  sendLink(core, state, person, {
    method: 'recovery',
    challenge: challengeOf(request),
    redirectTo,
  });
}

/** `PUT /user`: a new password, or new metadata. */
export function changePerson(
  state: SupabaseState,
  person: Person,
  body: unknown,
): Record<string, unknown> {
  const request = readBody(changeBody, body);
  const password = request.password ?? null;
  if (password !== null) {
    refuseWeakPassword(password);
    if (password === person.password) {
      throw new AuthRefusal(
        422,
        'same_password',
        'New password should be different from the old password.',
      );
    }
    person.password = password;
  }
  person.metadata = { ...person.metadata, ...(request.data ?? {}) };
  person.updatedAt = new Date(state.auth.nowMs()).toISOString();
  return userJson(person);
}

function refuseWeakPassword(password: string): void {
  const reasons = passwordWeakness(password);
  if (reasons === null) return;
  throw new AuthRefusal(422, 'weak_password', 'Password should be at least 6 characters.', {
    weak_password: { reasons },
  });
}

function challengeOf(request: {
  code_challenge?: string | null | undefined;
  code_challenge_method?: string | null | undefined;
}): CodeChallenge | null {
  const value = request.code_challenge ?? '';
  return value === '' ? null : { value, method: request.code_challenge_method ?? 'plain' };
}
