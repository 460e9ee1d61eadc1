import { defineProblems } from '../kernel/problems.ts';

/**
 * What can go wrong with a signed-in caller of any kind. Declared below the modules, so that each can guard its admin
 * operations without knowing accounts, which throws them.
 */
export const staffProblems = defineProblems({
  AUTH_REQUIRED: { status: 401, message: 'Please sign in.' },
  AUTH_TOKEN_INVALID: { status: 401, message: 'Your session has ended. Please sign in again.' },
  AUTH_VERIFIER_UNAVAILABLE: {
    status: 503,
    message: 'Your sign-in could not be checked just now. Please try again in a moment.',
  },
  ADMIN_ROLE_REQUIRED: { status: 403, message: 'Your account may not do this.' },
  EMAIL_NOT_VERIFIED: { status: 403, message: 'Please confirm your e-mail address first.' },
  CSRF_CHECK_FAILED: {
    // Not 403: that ends an admin's session in the dashboard.
    status: 400,
    message: 'This request did not come from our own pages. Please reload the page and try again.',
  },
  ACCOUNT_OWNERSHIP_CONFLICT: {
    status: 409,
    message: 'This e-mail address belongs to another account. Please contact the shop.',
  },
});
