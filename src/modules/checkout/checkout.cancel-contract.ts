import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { accountsProblems } from '../accounts/index.ts';
import { checkoutProblems } from './checkout.problems.ts';

export const cancelSessionRoute = defineRoute({
  operationId: 'cancelCheckoutSession',
  method: 'post',
  path: '/api/v1/checkout/session/:publicId/cancel',
  summary: 'Give up a checkout before paying',
  description:
    'For the way back from the payment page: the page is closed, then the items are free. For the account, or the browser, ' +
    'that opened the checkout; it is unknown to everybody else. Repeating changes nothing. A payment that was faster stays.',
  tag: 'Checkout',
  access: 'optionalCustomer',
  params: z.object({ publicId: z.string().trim().min(1).max(40) }),
  replies: {
    200: z.object({ publicId: z.string().min(1), status: z.enum(['cancelled', 'expired']) }),
  },
  problems: [
    checkoutProblems.SESSION_NOT_FOUND,
    checkoutProblems.CHECKOUT_COMPLETED,
    checkoutProblems.CHECKOUT_PROCESSING,
    ...Object.values(accountsProblems),
  ],
});
export type CancelledSession = z.infer<(typeof cancelSessionRoute)['replies'][200]>;
