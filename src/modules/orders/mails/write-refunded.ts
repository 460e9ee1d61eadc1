import { formatCents } from '../../../kernel/money.ts';
import {
  button,
  html,
  layOutMail,
  layOutText,
  paragraph,
  type RenderedMail,
  subheading,
} from '../../outbox/index.ts';
import type { OrderWithLines } from '../service/keep-order.ts';
import { describeAmounts, describeLines } from './describe-order.ts';

/** To the shopper, once more on request: the whole order was paid back. */
export function writeRefunded(order: OrderWithLines, orderUrl: string): RenderedMail {
  const heading = 'Your order is refunded';
  const intro = `We have refunded ${formatCents(order.totalCents)} ${order.currency} for order ${order.publicId}.`;
  const next =
    'The money goes back to the card or account you paid with. Depending on your bank it takes 5 to 10 business days to show.';
  const lines = describeLines(order.lines);
  const amounts = describeAmounts(order);
  return {
    subject: `Refund for your PopBox Studio order ${order.publicId}`,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}${paragraph(next)}${button('See your order', orderUrl)}
      ${subheading('Your items')}${lines.html}${amounts.html}`,
    }),
    text: layOutText([
      heading,
      intro,
      next,
      `See your order: ${orderUrl}`,
      ['Your items', ...lines.text],
      amounts.text,
    ]),
  };
}
