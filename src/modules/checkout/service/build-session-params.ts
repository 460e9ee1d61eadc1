import type { Config } from '../../../config/index.ts';
import type { SessionParams } from '../../../integrations/stripe/stripe-port.ts';
import { MINUTE_MS } from '../../../kernel/clock.ts';
import { CURRENCY } from '../../../kernel/money.ts';
import type { Quote } from '../../pricing/index.ts';
import type { PricedLine } from './price-lines.ts';

/**
 * Stripe's own expiry, as a backstop: 31 minutes after the end of the hold. A create that is repeated after a lost answer
 * sends this value again, and it must still lie Stripe's minimum of 30 minutes ahead.
 */
const BACKSTOP_MS = 31 * MINUTE_MS;

const TAX_NAMES = { gstCents: 'GST', pstCents: 'PST', hstCents: 'HST', qstCents: 'QST' } as const;

/** What will be asked of Stripe, to the cent what the quote says: goods, shipping and each tax are lines of their own. */
export function buildSessionParams(
  config: Config['stripe'],
  order: {
    orderId: string;
    publicId: string;
    email: string;
    lines: readonly PricedLine[];
    quote: Quote;
    holdExpiresAt: Date;
    /** What the shop switched on. */
    delayedMethods: readonly string[];
  },
): SessionParams {
  const { quote } = order;
  const goods = order.lines.map((line) => ({
    name:
      line.variantName === null ? line.productName : `${line.productName} – ${line.variantName}`,
    description:
      line.description === null || line.description === '' ? null : cut(line.description),
    unitAmountCents: line.unitPriceCents,
    quantity: line.quantity,
  }));
  const extras = [
    { name: 'Shipping within Canada', cents: quote.shippingCents },
    ...Object.entries(TAX_NAMES).map(([key, name]) => ({
      name,
      cents: quote.taxBreakdown[key as keyof typeof TAX_NAMES],
    })),
  ];
  // A bank's answer takes days, and a ticket must not wait so long for its draw.
  const holdsKuji = order.lines.some((line) => line.kujiSetId !== null);
  return {
    orderId: order.orderId,
    publicId: order.publicId,
    customerEmail: order.email,
    currency: CURRENCY,
    lines: [
      ...goods,
      ...extras
        .filter((extra) => extra.cents > 0)
        .map((extra) => ({
          name: extra.name,
          description: null,
          unitAmountCents: extra.cents,
          quantity: 1,
        })),
    ],
    expiresAtSeconds: Math.floor((order.holdExpiresAt.getTime() + BACKSTOP_MS) / 1000),
    successUrl: config.successUrl,
    cancelUrl: config.cancelUrl,
    paymentMethods: ['card', 'link', ...(holdsKuji ? [] : order.delayedMethods)],
  };
}

const MAX_DESCRIPTION = 500;

function cut(text: string): string {
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION - 1)}…`;
}
