import {
  button,
  html,
  layOutMail,
  layOutText,
  link,
  oneLine,
  paragraph,
  type RenderedMail,
  type SafeHtml,
  subheading,
} from '../../outbox/index.ts';
import type { ShipmentRow } from '../queries/keep-shipments.ts';
import type { OrderWithLines } from '../service/keep-order.ts';
import { describeAddress, describeLines } from './describe-order.ts';

export type MailedParcel = Pick<ShipmentRow, 'carrierName' | 'trackingNumber' | 'trackingUrl'>;

/** To the shopper: the order has left. */
export function writeShipped(
  order: OrderWithLines,
  parcels: readonly MailedParcel[],
  url: string,
): RenderedMail {
  return writeAbout(order, parcels, url, {
    subject: `Your PopBox Studio order ${order.publicId} is on its way`,
    heading: 'Your order is on its way',
    intro: `We have shipped your order ${order.publicId}.`,
  });
}

/** To the shopper: carrier, number or link are not what he was told before. */
export function writeTrackingChanged(
  order: OrderWithLines,
  parcels: readonly MailedParcel[],
  url: string,
): RenderedMail {
  return writeAbout(order, parcels, url, {
    subject: `New tracking information for your PopBox Studio order ${order.publicId}`,
    heading: 'New tracking information',
    intro: `The tracking information of your order ${order.publicId} has changed. This is what holds now:`,
  });
}

function writeAbout(
  order: OrderWithLines,
  parcels: readonly MailedParcel[],
  url: string,
  words: { subject: string; heading: string; intro: string },
): RenderedMail {
  const { subject, heading, intro } = words;
  const described = parcels.map((parcel, index) =>
    describeParcel(parcel, parcels.length > 1 ? index + 1 : null),
  );
  const address = describeAddress(order.shippingAddress);
  const lines = describeLines(order.lines);
  return {
    subject,
    html: layOutMail({
      preview: intro,
      heading,
      body: html`${paragraph(intro)}${described.map((parcel) => parcel.html)}${button('See your order', url)}
      ${subheading('Shipped to')}${address.html} ${subheading('Your items')}${lines.html}`,
    }),
    text: layOutText([
      heading,
      intro,
      ...described.map((parcel) => parcel.text).filter((facts) => facts.length > 0),
      `See your order: ${url}`,
      ['Shipped to', ...address.text],
      ['Your items', ...lines.text],
    ]),
  };
}

/** One parcel, numbered where there are several. */
function describeParcel(
  parcel: MailedParcel,
  number: number | null,
): { html: SafeHtml; text: string[] } {
  const facts = [
    number === null ? null : `Parcel ${String(number)}`,
    parcel.carrierName === null ? null : `Carrier: ${oneLine(parcel.carrierName)}`,
    parcel.trackingNumber === null ? null : `Tracking number: ${oneLine(parcel.trackingNumber)}`,
  ].filter((fact) => fact !== null);
  const { trackingUrl } = parcel;
  return {
    html: html`${facts.map((fact) => paragraph(fact))}${trackingUrl === null ? null : link('Track the parcel', trackingUrl)}`,
    text: [
      ...facts,
      ...(trackingUrl === null ? [] : [`Track the parcel: ${oneLine(trackingUrl)}`]),
    ],
  };
}
