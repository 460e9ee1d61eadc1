import { formatCents } from '../../../kernel/money.ts';
import {
  button,
  html,
  layOutMail,
  layOutText,
  oneLine,
  paragraph,
  type RenderedMail,
  subheading,
} from '../../outbox/index.ts';
import type { OrderWithLines } from '../service/keep-order.ts';
import { describeAddress, describeAmounts, describeLines } from './describe-order.ts';
import { formatShopTime } from './format-shop-time.ts';

/** To the shop: a new paid order. */
export function writeOrderNotice(order: OrderWithLines, adminUrl: string): RenderedMail {
  const heading = `New order ${order.publicId}`;
  const intro = `Paid on ${formatShopTime(order.paidAt ?? order.createdAt)} by ${oneLine(order.customerSnapshot.email)}.`;
  const lines = describeLines(order.lines);
  const amounts = describeAmounts(order);
  const address = describeAddress(order.shippingAddress);
  const note = order.customerNote === null ? null : oneLine(order.customerNote);
  return {
    subject: `New order ${order.publicId}, ${formatCents(order.totalCents)}`,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}${button('Open the order', adminUrl)}
      ${subheading('Items')}${lines.html}${amounts.html} ${subheading('Ship to')}${address.html}
      ${note === null ? null : html`${subheading('Note of the shopper')}${paragraph(note)}`}`,
    }),
    text: layOutText([
      heading,
      intro,
      `Open the order: ${adminUrl}`,
      ['Items', ...lines.text],
      amounts.text,
      ['Ship to', ...address.text],
      ...(note === null ? [] : [`Note of the shopper: ${note}`]),
    ]),
  };
}
