import { defineProblems } from '../kernel/problems.ts';

/** Of every operation that requires the header Idempotency-Key. */
export const idempotencyProblems = defineProblems({
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    message: 'The header Idempotency-Key is required: 1 to 255 characters.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: 'This Idempotency-Key was used for another request.',
  },
});
