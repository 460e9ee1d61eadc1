import { defineProblems } from '../../kernel/problems.ts';

export const refundsProblems = defineProblems({
  REFUND_ORDER_NOT_FOUND: { status: 404, message: 'This order does not exist.' },
  ORDER_NOT_REFUNDABLE: {
    status: 409,
    message: 'An order in this status cannot be refunded.',
  },
  NOTHING_PAID: { status: 409, message: 'No payment of this order is known, so none can go back.' },
  REFUND_EXCEEDS_REMAINING: {
    status: 409,
    message: 'This is more than what is left to refund.',
  },
  REFUND_ITEM_NOT_AVAILABLE: {
    status: 409,
    message: 'Some of these items are not of this order, or have been refunded already.',
  },
  REFUND_FAILED: {
    status: 502,
    message: 'Stripe did not carry out the refund. No money was moved; try again with a new key.',
  },
  REFUND_UNCONFIRMED: {
    status: 502,
    message: 'Stripe did not answer. The refund is noted and will be completed by itself.',
  },
});
