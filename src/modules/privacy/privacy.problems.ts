import { defineProblems } from '../../kernel/problems.ts';

export const privacyProblems = defineProblems({
  CUSTOMER_NOT_FOUND: { status: 404, message: 'There is no such customer.' },
  CUSTOMER_ERASED: { status: 409, message: 'The data of this customer were erased before.' },
  CUSTOMER_IS_STAFF: {
    status: 409,
    message: 'This customer works in the shop. Take the role away first.',
  },
  CUSTOMER_CHANGED: {
    status: 409,
    message: 'The customer has just changed. Please look again and repeat it.',
  },
  ORDERS_NOT_SETTLED: {
    status: 409,
    message:
      'Orders of this customer are not finished: they wait for payment, parcel, refund or a decision.',
  },
  ERASURE_NOT_CONFIRMED: {
    status: 422,
    message: 'To confirm, type the e-mail address of the customer.',
  },
});
