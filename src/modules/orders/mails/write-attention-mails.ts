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
import { describeLines } from './describe-order.ts';

/** To the shopper: the payment arrived, and a person has to look before the order goes on. Says nothing of the reason. */
export function writeAttention(order: OrderWithLines, orderUrl: string): RenderedMail {
  const heading = 'We are looking at your order';
  const intro = `Your payment for order ${order.publicId} has arrived, but we could not finish the order by itself.`;
  const next =
    'You do not have to do anything. We are checking it and will write to you: either your order goes on, or you get your money back.';
  return {
    subject: `Your PopBox Studio order ${order.publicId} needs a closer look`,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}${paragraph(next)}${button('See your order', orderUrl)}`,
    }),
    text: layOutText([heading, intro, next, `See your order: ${orderUrl}`]),
  };
}

/** To the shop: what does not fit, and what to do. */
export function writeAttentionNotice(order: OrderWithLines, adminUrl: string): RenderedMail {
  const heading = `Order ${order.publicId} needs attention`;
  const reason = oneLine(`${order.attentionCode ?? 'UNKNOWN'}: ${order.attentionMessage ?? ''}`);
  const hint = oneLine(`What to do: ${order.attentionHint ?? ''}`);
  const facts = `${oneLine(order.customerSnapshot.email)}, order total ${formatCents(order.totalCents)}.`;
  const lines = describeLines(order.lines);
  return {
    subject: heading,
    html: layOutMail({
      preview: reason,
      heading,
      body: html`${paragraph(reason)}${paragraph(hint)}${paragraph(facts)}${button('Open the order', adminUrl)}
      ${subheading('Items')}${lines.html}`,
    }),
    text: layOutText([
      heading,
      reason,
      hint,
      facts,
      `Open the order: ${adminUrl}`,
      ['Items', ...lines.text],
    ]),
  };
}
