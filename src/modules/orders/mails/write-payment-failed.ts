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
import { describeLines } from './describe-order.ts';

/** To the shopper: the bank refused days later. The order is gone, so the link leads to the shop. */
export function writePaymentFailed(order: OrderWithLines, shopUrl: string): RenderedMail {
  const heading = 'Your payment did not go through';
  const intro = `Your bank declined the payment for order ${order.publicId}. The order is cancelled and nothing was charged.`;
  const next = 'The items are back in the shop. If you still want them, please order again.';
  const lines = describeLines(order.lines);
  return {
    subject: `Payment for your PopBox Studio order ${order.publicId} failed`,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}${paragraph(next)}${button('Back to the shop', shopUrl)}
      ${subheading('Your items')}${lines.html}`,
    }),
    text: layOutText([
      heading,
      intro,
      next,
      `Back to the shop: ${shopUrl}`,
      ['Your items', ...lines.text],
    ]),
  };
}
