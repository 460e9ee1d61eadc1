import { formatCents } from '../../../kernel/money.ts';
import type { OrderWithLines } from '../../orders/index.ts';
import {
  button,
  html,
  layOutMail,
  layOutText,
  paragraph,
  type RenderedMail,
} from '../../outbox/index.ts';
import type { Refund } from '../queries/keep-refunds.ts';

/** To the shopper: this much went back. The reason is left out: it is about goods, and shown with the tickets that were taken back. */
export function writeRefund(order: OrderWithLines, refund: Refund, orderUrl: string): RenderedMail {
  const heading = 'Your refund is on its way';
  const amount = `${formatCents(refund.amountCents)} ${refund.currency}`;
  const intro = `We have refunded ${amount} for order ${order.publicId}.`;
  const next =
    'The money goes back to the card or account you paid with. Depending on your bank it takes 5 to 10 business days to show.';
  return {
    subject: `Refund for your PopBox Studio order ${order.publicId}`,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}${paragraph(next)}${button('See your order', orderUrl)}`,
    }),
    text: layOutText([heading, intro, next, `See your order: ${orderUrl}`]),
  };
}
