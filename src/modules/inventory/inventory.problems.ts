import { defineProblems } from '../../kernel/problems.ts';

export const inventoryProblems = defineProblems({
  STOCK_BELOW_RESERVED: {
    status: 409,
    message: 'Some of this stock is set aside for people who are paying, so it cannot be that low.',
  },
  STOCK_CHANGED: {
    status: 409,
    message: 'The stock changed in the meantime. Load it again and repeat your edit.',
  },
});
