import { defineProblems } from '../../kernel/problems.ts';

export const imageProblems = defineProblems({
  PRODUCT_IMAGE_NOT_FOUND: { status: 404, message: 'This product has no such picture.' },
});
