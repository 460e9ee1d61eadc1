import { staffProblems } from '../../http/staff-problems.ts';
import { defineProblems } from '../../kernel/problems.ts';

export const accountsProblems = Object.freeze({
  ...staffProblems,
  ...defineProblems({
    CUSTOMER_ACCOUNT_REQUIRED: { status: 403, message: 'Staff accounts cannot shop.' },
  }),
});
