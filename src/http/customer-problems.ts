import { defineProblems } from '../kernel/problems.ts';
import { staffProblems } from './staff-problems.ts';

/** What can go wrong with somebody who is signed in, whatever they are in the shop. */
export const signedInProblems = Object.freeze({
  AUTH_REQUIRED: staffProblems.AUTH_REQUIRED,
  AUTH_TOKEN_INVALID: staffProblems.AUTH_TOKEN_INVALID,
  AUTH_VERIFIER_UNAVAILABLE: staffProblems.AUTH_VERIFIER_UNAVAILABLE,
  EMAIL_NOT_VERIFIED: staffProblems.EMAIL_NOT_VERIFIED,
  CSRF_CHECK_FAILED: staffProblems.CSRF_CHECK_FAILED,
  ACCOUNT_OWNERSHIP_CONFLICT: staffProblems.ACCOUNT_OWNERSHIP_CONFLICT,
});

/** What can go wrong with a caller who shops with an account. Declared here for the same reason as `staffProblems`. */
export const customerProblems = Object.freeze({
  ...signedInProblems,
  ...defineProblems({
    CUSTOMER_ACCOUNT_REQUIRED: { status: 403, message: 'Staff accounts cannot shop.' },
    ACCOUNT_BOOTSTRAP_UNAVAILABLE: {
      status: 503,
      message: 'Your account could not be opened just now. Please try again in a moment.',
    },
  }),
});
