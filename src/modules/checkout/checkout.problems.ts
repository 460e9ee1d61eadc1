import { defineProblems } from '../../kernel/problems.ts';

export const checkoutProblems = defineProblems({
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    message: 'The same checkout is still being prepared. Please try again in a moment.',
  },
  AUTH_CHECKOUT_EMAIL_MISMATCH: {
    status: 409,
    message: 'Please use the e-mail address of your account.',
  },
  PRODUCT_NOT_FOUND: { status: 404, message: 'A product in the cart does not exist any more.' },
  PRODUCT_NOT_AVAILABLE: { status: 409, message: 'A product in the cart is not on sale any more.' },
  PRODUCT_VARIANT_REQUIRED: { status: 422, message: 'Please choose a variant of the product.' },
  PRODUCT_VARIANT_MISMATCH: {
    status: 422,
    message: 'The chosen variant does not belong to the product.',
  },
  PRODUCT_VARIANT_NOT_FOUND: {
    status: 409,
    message: 'The chosen variant does not exist any more.',
  },
  PRODUCT_VARIANT_INACTIVE: { status: 409, message: 'The chosen variant is not on sale any more.' },
  PRODUCT_VARIANT_OUT_OF_STOCK: { status: 409, message: 'There is not enough left of an item.' },
  KUJI_TICKETS_UNAVAILABLE: { status: 409, message: 'There are not enough tickets left.' },
  PURCHASE_LIMIT_EXCEEDED: {
    status: 409,
    message: 'You have reached the number of this item that one person may buy.',
  },
  TOO_MANY_OPEN_CHECKOUTS: {
    status: 409,
    message: 'You have too many unpaid checkouts. Please pay for one, or wait a few minutes.',
  },
  KUJI_SALES_PAUSED: { status: 409, message: 'Kuji tickets are not on sale at the moment.' },
  KUJI_REGION_BLOCKED: {
    status: 409,
    message: 'Kuji tickets cannot be sold to this province or territory.',
  },
  KUJI_LIMIT_EXCEEDED: {
    status: 409,
    message: 'You have reached the number of kuji tickets that one person may buy.',
  },
  KUJI_NEEDS_PAYMENT: {
    status: 422,
    message: 'Kuji tickets cannot be ordered without a payment.',
  },
  CHECKOUT_COMPLETED: { status: 409, message: 'This checkout has already been paid.' },
  CHECKOUT_PROCESSING: {
    status: 409,
    message: 'The bank is working on this payment, so it cannot be cancelled.',
  },
  CHECKOUT_ENDED: { status: 409, message: 'This checkout has ended. Please start again.' },
  PAYMENT_PAGE_REFUSED: {
    status: 502,
    message: 'The payment page could not be opened. Nothing was reserved; please try again.',
  },
  PAYMENT_PAGE_UNKNOWN: {
    status: 502,
    message: 'The payment page did not open in time. Please try again.',
  },
  SESSION_NOT_FOUND: { status: 404, message: 'We do not know this payment.' },
  SESSION_NOT_PAID: { status: 409, message: 'This payment has not been made.' },
});
