import { defineProblems } from '../../kernel/problems.ts';

export const revalidationProblems = defineProblems({
  WEBHOOK_ENDPOINT_NOT_FOUND: { status: 404, message: 'There is no such endpoint.' },
  WEBHOOK_DELIVERY_NOT_FOUND: { status: 404, message: 'There is no such delivery.' },
  WEBHOOK_DELIVERY_WAITING: { status: 409, message: 'This delivery is still waiting to be sent.' },
  WEBHOOK_ENDPOINT_LIMIT: { status: 409, message: 'There can be ten endpoints at the most.' },
});
