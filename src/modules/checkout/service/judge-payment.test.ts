import { expect, test } from 'vitest';
import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import { judgePayment } from './judge-payment.ts';

const session: StripeSession = {
  id: 'cs_1',
  url: null,
  status: 'complete',
  paymentStatus: 'paid',
  paymentIntentId: 'pi_1',
  amountTotalCents: 4_304,
  amountReceivedCents: 4_304,
  currency: 'CAD',
  orderId: null,
  publicId: null,
  customerEmail: null,
  createdAtSeconds: 0,
  expiresAtSeconds: 0,
};

test.each([
  ['what was asked', {}, null],
  ['what was asked, where nobody asked how much arrived', { amountReceivedCents: null }, null],
  [
    'less than was asked',
    { amountTotalCents: 4_303, amountReceivedCents: 4_303 },
    'AMOUNT_DIFFERS',
  ],
  [
    'more than was asked',
    { amountTotalCents: 4_305, amountReceivedCents: 4_305 },
    'AMOUNT_DIFFERS',
  ],
  // The page says the right sum, and another one arrived.
  ['less than its page says', { amountReceivedCents: 4_303 }, 'AMOUNT_DIFFERS'],
  ['nothing at all', { amountReceivedCents: 0 }, 'AMOUNT_DIFFERS'],
  ['another sum, repaired by what arrived', { amountTotalCents: 4_303 }, 'AMOUNT_DIFFERS'],
  ['another currency', { currency: 'USD' }, 'CURRENCY_DIFFERS'],
  ['no payment', { paymentStatus: 'no_payment_required' }, 'NO_PAYMENT_INTENT'],
] as const)('%s', (_, changes, reason) => {
  const order = { currency: 'CAD', totalCents: 4_304 };
  expect(judgePayment({ ...session, ...changes }, order)).toBe(reason);
});
