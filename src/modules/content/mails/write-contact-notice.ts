import type { InquiryType } from '../../../db/schema/content.ts';
import {
  html,
  layOutMail,
  layOutText,
  oneLine,
  paragraph,
  subheading,
  type RenderedMail,
} from '../../outbox/index.ts';

const INQUIRIES: Readonly<Record<InquiryType, string>> = {
  'product-request': 'Product request',
  'order-support': 'Order support',
  'shipping-support': 'Shipping support',
  'ticket-support': 'Ticket support',
  general: 'General question',
};

export type ContactMessage = {
  firstName: string;
  lastName: string | null;
  email: string;
  inquiryType: InquiryType;
  orderNumber: string | null;
  requestedSeries: string | null;
  message: string;
};

/** To the shop: what somebody wrote through the contact form. */
export function writeContactNotice(contact: ContactMessage): RenderedMail {
  const inquiry = INQUIRIES[contact.inquiryType];
  const name = oneLine([contact.firstName, contact.lastName ?? ''].join(' '));
  const facts = [
    `From: ${name}, ${oneLine(contact.email)}`,
    ...(contact.orderNumber === null ? [] : [`Order: ${oneLine(contact.orderNumber)}`]),
    ...(contact.requestedSeries === null ? [] : [`Series: ${oneLine(contact.requestedSeries)}`]),
  ];
  const heading = `${inquiry} from ${name}`;
  const message = contact.message.replace(/\r\n?/g, '\n');
  return {
    subject: heading,
    html: layOutMail({
      preview: oneLine(message).slice(0, 120),
      heading,
      body: html`${facts.map(paragraph)} ${subheading('Message')}
        <p style="margin:0 0 16px;white-space:pre-line">${message}</p>`,
    }),
    text: layOutText([heading, facts, ['Message', ...message.split('\n')]]),
  };
}
