import {
  button,
  html,
  layOutMail,
  layOutText,
  link,
  paragraph,
  type RenderedMail,
  subheading,
} from '../../outbox/index.ts';
import type { OrderWithLines } from '../service/keep-order.ts';
import { describeAddress, describeAmounts, describeLines } from './describe-order.ts';
import { describeReceipt, type Receipt } from './describe-receipt.ts';
import { formatShopTime } from './format-shop-time.ts';

/**
 * To the shopper: the order is paid, and the receipt for it. The links are the shopper's only way to it without an
 * account. The payment's id is told only here: with it the buyer, and nobody else, can check what the draw began with.
 */
export function writeConfirmation(
  order: OrderWithLines,
  links: { order: string; tickets: string },
  receipt: Receipt,
): RenderedMail {
  const hasTickets = order.lines.some((line) => line.productType === 'kuji');
  const heading = 'Thank you, your order is paid';
  const intro = `We have your order ${order.publicId} of ${formatShopTime(order.placedAt ?? order.createdAt)}.`;
  const drawn = 'Your kuji tickets are drawn. What they hold is sealed until you open them.';
  const lines = describeLines(order.lines);
  const amounts = describeAmounts(order);
  const paid = describeReceipt(order, receipt);
  const address = describeAddress(order.shippingAddress);
  const check =
    hasTickets && receipt.paymentId !== null
      ? `Your payment id is ${receipt.paymentId}. Your numbers were drawn with it: enter it where you check a ticket’s draw, and the step “Payment” is checked too.`
      : null;
  const keep = 'The links open your order without a password. Keep this e-mail to yourself.';
  return {
    subject: `Your PopBox Studio order ${order.publicId}`,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}
      ${hasTickets ? html`${paragraph(drawn)}${button('Open your tickets', links.tickets)}${link('See your order', links.order)}` : button('See your order', links.order)}
      ${subheading('Your items')}${lines.html}${amounts.html}${paid.html}
      ${subheading('We ship to')}${address.html}
      ${check === null ? null : html`${subheading('Check your draw')}${paragraph(check)}`}
      ${paragraph(keep)}`,
    }),
    text: layOutText([
      heading,
      intro,
      ...(hasTickets ? [drawn, `Open your tickets: ${links.tickets}`] : []),
      `See your order: ${links.order}`,
      ['Your items', ...lines.text],
      amounts.text,
      paid.text,
      ['We ship to', ...address.text],
      ...(check === null ? [] : [['Check your draw', check]]),
      keep,
    ]),
  };
}
