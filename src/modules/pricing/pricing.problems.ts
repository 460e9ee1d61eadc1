import { defineProblems } from '../../kernel/problems.ts';

export const pricingProblems = defineProblems({
  ADDRESS_INVALID: { status: 422, message: 'We cannot deliver to this address as it is written.' },
  ADDRESS_COUNTRY_UNSUPPORTED: { status: 422, message: 'We deliver within Canada only.' },
  ADDRESS_NEEDS_CONFIRMATION: { status: 422, message: 'Please confirm the corrected address.' },
  ADDRESS_VALIDATION_UNAVAILABLE: {
    status: 422,
    message: 'The address could not be checked just now. Please try again in a moment.',
  },
  ADDRESS_CONFIGURATION_ERROR: {
    status: 422,
    message: 'The address could not be checked. Please contact the shop.',
  },
  ORDER_TOTAL_TOO_SMALL: {
    status: 422,
    message:
      'The payment provider takes no payment below 50 cents. Please add something to the cart.',
  },
  ORDER_TOTAL_TOO_LARGE: {
    status: 422,
    message: 'This order is too large to be paid online. Please contact the shop.',
  },
});
