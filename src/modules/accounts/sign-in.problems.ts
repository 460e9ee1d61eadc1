import { defineProblems } from '../../kernel/problems.ts';

export const signInProblems = defineProblems({
  CREDENTIALS_INVALID: { status: 401, message: 'The e-mail or the password is not right.' },
  RESET_LINK_INVALID: {
    status: 401,
    message: 'This link is no longer good. Please ask for a new one.',
  },
  PASSWORD_BREACHED: {
    status: 422,
    message:
      'This password is in a list of stolen ones, which thieves try first. Please choose another.',
  },
  PASSWORD_TOO_WEAK: { status: 422, message: 'This password is too easy to guess.' },
  PASSWORD_UNCHANGED: { status: 422, message: 'The new password is the one you have.' },
});
