import { z } from 'zod';
import { signedInProblems } from '../../http/customer-problems.ts';
import { emailSchema } from '../../http/email-schema.ts';
import { defineRoute } from '../../http/route.ts';
import { signInProblems } from './sign-in.problems.ts';

const MIN_PASSWORD = 8;
/** The provider hashes with bcrypt, which does not read further. */
const MAX_PASSWORD_BYTES = 72;
const MAX_TOKEN = 8_000;

const name = z
  .string()
  .trim()
  .max(120)
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));

const newPassword = z
  .string()
  .min(MIN_PASSWORD, `Must have at least ${String(MIN_PASSWORD)} characters.`)
  .refine(
    (value) => Buffer.byteLength(value) <= MAX_PASSWORD_BYTES,
    `Must be at most ${String(MAX_PASSWORD_BYTES)} bytes long.`,
  );
/** One that exists obeys the rules of its time. */
const knownPassword = z.string().min(1).max(1_000);

const { AUTH_REQUIRED, AUTH_TOKEN_INVALID, AUTH_VERIFIER_UNAVAILABLE, CSRF_CHECK_FAILED } =
  signedInProblems;
const COMMON = [AUTH_VERIFIER_UNAVAILABLE, CSRF_CHECK_FAILED];
const NEW_PASSWORD_PROBLEMS = [signInProblems.PASSWORD_BREACHED, signInProblems.PASSWORD_TOO_WEAK];

export const sessionSchema = z.object({
  user: z.object({ id: z.uuid(), email: z.string().min(1) }),
  /** When the access cookie ends; `refresh` before that. */
  expiresAt: z.iso.datetime({ precision: 3 }),
  /** To be sent as `X-CSRF-Token` with everything that changes something; also in a cookie that pages can read. */
  csrfToken: z.string().min(1),
});
export type SessionView = z.infer<typeof sessionSchema>;

const auth = (operation: string) =>
  ({ method: 'post', path: `/api/v1/auth/${operation}`, tag: 'Sign-in' }) as const;

export const registerRoute = defineRoute({
  ...auth('register'),
  operationId: 'register',
  summary: 'Register with e-mail and password',
  description:
    'The answer is the same whether or not the address is known. A new one gets a mail that confirms it.',
  body: z.object({ email: emailSchema, password: newPassword, firstName: name, lastName: name }),
  replies: { 202: z.null() },
  problems: [...COMMON, ...NEW_PASSWORD_PROBLEMS],
});

export const loginRoute = defineRoute({
  ...auth('login'),
  operationId: 'login',
  summary: 'Sign in with e-mail and password',
  description:
    'Sets HttpOnly cookies that stand for a bearer token everywhere. Whoever calls by cookie shows `X-CSRF-Token` with each change.',
  body: z.object({ email: emailSchema, password: knownPassword }),
  replies: { 200: sessionSchema },
  problems: [...COMMON, signInProblems.CREDENTIALS_INVALID, signedInProblems.EMAIL_NOT_VERIFIED],
});

export const refreshRoute = defineRoute({
  ...auth('refresh'),
  operationId: 'refreshSession',
  summary: 'Renew the session of the cookies',
  replies: { 200: sessionSchema },
  problems: [...COMMON, AUTH_REQUIRED, AUTH_TOKEN_INVALID],
});

export const logoutRoute = defineRoute({
  ...auth('logout'),
  operationId: 'logout',
  summary: 'End the session of the cookies',
  description: 'Without one there is nothing to end, which is a success as well.',
  replies: { 200: z.null() },
  problems: [CSRF_CHECK_FAILED],
});

export const forgotPasswordRoute = defineRoute({
  ...auth('forgot-password'),
  operationId: 'forgotPassword',
  summary: 'Mail a link to a new password',
  description: 'The answer is the same whether or not the address is known.',
  body: z.object({ email: emailSchema }),
  replies: { 202: z.null() },
  problems: COMMON,
});

export const resetPasswordRoute = defineRoute({
  ...auth('reset-password'),
  operationId: 'resetPassword',
  summary: 'Choose a new password by the link of a mail',
  description:
    'The link leads to the storefront with `access_token` in its fragment: that is the token. Ends every session of the person.',
  body: z.object({ token: z.string().min(1).max(MAX_TOKEN), password: newPassword }),
  replies: { 200: z.null() },
  problems: [
    ...COMMON,
    ...NEW_PASSWORD_PROBLEMS,
    signInProblems.RESET_LINK_INVALID,
    signInProblems.PASSWORD_UNCHANGED,
  ],
});

export const changePasswordRoute = defineRoute({
  ...auth('change-password'),
  operationId: 'changePassword',
  summary: 'Change the password of the person who is signed in',
  description: 'Ends every other session of the person.',
  access: 'signedIn',
  body: z.object({ currentPassword: knownPassword, newPassword }),
  replies: { 200: z.null() },
  problems: [
    ...NEW_PASSWORD_PROBLEMS,
    signInProblems.CREDENTIALS_INVALID,
    signInProblems.PASSWORD_UNCHANGED,
  ],
});
