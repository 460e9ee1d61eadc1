import { defineProblems } from '../../kernel/problems.ts';

export const accountsProblems = defineProblems({
  AUTH_REQUIRED: { status: 401, message: 'Please sign in.' },
  AUTH_TOKEN_INVALID: { status: 401, message: 'Your session has ended. Please sign in again.' },
  AUTH_VERIFIER_UNAVAILABLE: {
    status: 503,
    message: 'Your sign-in could not be checked just now. Please try again in a moment.',
  },
  ADMIN_ROLE_REQUIRED: { status: 403, message: 'Your account may not do this.' },
  CUSTOMER_ACCOUNT_REQUIRED: { status: 403, message: 'Staff accounts cannot shop.' },
  ACCOUNT_OWNERSHIP_CONFLICT: {
    status: 409,
    message: 'This e-mail address belongs to another account. Please contact the shop.',
  },
  EMAIL_NOT_VERIFIED: { status: 403, message: 'Please confirm your e-mail address first.' },
});
