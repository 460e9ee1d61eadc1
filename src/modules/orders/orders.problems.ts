import { defineProblems } from '../../kernel/problems.ts';

export const ordersProblems = defineProblems({
  ORDER_LINK_INVALID: {
    status: 401,
    message:
      'This link does not open the order. Please use the link of the newest e-mail about it.',
  },
  ORDER_ACCESS_REQUIRED: {
    status: 401,
    message: 'Please open the order with the link in your e-mail.',
  },
  ORDER_NOT_FOUND: { status: 404, message: 'This order was not found.' },
  ORDER_DISPUTED: {
    status: 409,
    message: 'The payment of this order is disputed. Nothing leaves the shop before it is decided.',
  },
  ORDER_NOT_REVEALABLE: {
    status: 409,
    message: 'The tickets of this order cannot be opened at present.',
  },
});
