import {
  button,
  html,
  layOutMail,
  layOutText,
  link,
  oneLine,
  paragraph,
  type RenderedMail,
} from '../../outbox/index.ts';
import type { OrderWithLines } from '../service/keep-order.ts';

/**
 * To the shopper: there are tickets to open. Says of which boxes, never how many are left: a Last One among them would
 * show in the count.
 */
export function writeTicketsReminder(
  order: OrderWithLines,
  links: { order: string; tickets: string },
): RenderedMail {
  const heading = 'Your tickets are still sealed';
  const boxes = order.lines
    .filter((line) => line.productType === 'kuji')
    .map((line) => oneLine(line.productName))
    .join(', ');
  const intro = `You have not opened all kuji tickets of order ${order.publicId} yet: ${boxes}.`;
  const calm =
    'Your prizes are drawn and kept for you, whenever you look. We remind you only this once.';
  return {
    subject: `Unopened tickets in your PopBox Studio order ${order.publicId}`,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}${paragraph(calm)}
      ${button('Open your tickets', links.tickets)}${link('See your order', links.order)}`,
    }),
    text: layOutText([
      heading,
      intro,
      calm,
      `Open your tickets: ${links.tickets}`,
      `See your order: ${links.order}`,
    ]),
  };
}
