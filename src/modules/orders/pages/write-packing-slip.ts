import type { Page } from '../../../http/send-page.ts';
import { html, oneLine, SafeHtml } from '../../outbox/index.ts';
import { formatShopTime } from '../mails/format-shop-time.ts';
import { PACKING_SLIP_STYLE } from './packing-slip-style.ts';

export type SlipLine = {
  name: string;
  variant: string | null;
  sku: string | null;
  /** What goes into the box. */
  quantity: number;
  /** What was bought and is paid back. */
  refundedQuantity: number;
};

export type SlipTicket = {
  ticketNumber: string;
  productName: string;
  /** Null while the ticket is closed. */
  prize: { prizeCode: string; name: string } | null;
  isVoided: boolean;
};

export type PackingSlip = {
  publicId: string;
  placedAt: Date;
  /** Why this order is not to be packed now; null if it is. */
  warning: string | null;
  address: readonly string[];
  phone: string | null;
  note: string | null;
  lines: readonly SlipLine[];
  tickets: readonly SlipTicket[];
  parcels: readonly { carrierName: string | null; trackingNumber: string | null }[];
};

// In one piece: its hash in the policy is over every byte between the tags.
const STYLE = new SafeHtml(`<style>${PACKING_SLIP_STYLE}</style>`);

/** What goes into the box, for Letter, A4 and a phone. No prices: the slip travels with the goods, which may be a gift. */
export function writePackingSlip(slip: PackingSlip): Page {
  const page = html`<!doctype html>
    <html lang="en-CA">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Packing slip ${slip.publicId}</title>
        ${STYLE}
      </head>
      <body>
        <header>
          <h1>Packing slip ${slip.publicId}</h1>
          <p class="facts">PopBox Studio, ordered ${formatShopTime(slip.placedAt)}</p>
        </header>
        <main>
          ${slip.warning === null ? null : html`<p class="warning" role="alert">${slip.warning}</p>`}
          <h2>Ship to</h2>
          <address>${slip.address.map((line) => html`${line}<br />`)}</address>
          ${slip.phone === null ? null : html`<p>Phone ${oneLine(slip.phone)}</p>`}
          ${
            slip.note === null
              ? null
              : html`<h2>Note of the shopper</h2>
                  <p class="note">${slip.note}</p>`
          }
          <h2>Goods</h2>
          ${writeTable(['Quantity', 'Item'], slip.lines.map(writeLine))}
          ${
            slip.tickets.length === 0
              ? null
              : html`<h2>Prizes of the kuji tickets</h2>
                  ${writeTable(['Prize', 'Ticket'], slip.tickets.map(writeTicket))}`
          }
          ${
            slip.parcels.length === 0
              ? null
              : html`<h2>Parcels</h2>
                  ${slip.parcels.map(writeParcel)}`
          }
        </main>
      </body>
    </html> `;
  return { html: page.markup, style: PACKING_SLIP_STYLE };
}

function writeTable(heads: readonly [string, string], rows: readonly SafeHtml[]): SafeHtml {
  return html`<table>
    <thead>
      <tr>
        <th class="check" scope="col" aria-label="Done">✓</th>
        <th class="number" scope="col">${heads[0]}</th>
        <th scope="col">${heads[1]}</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function writeLine(line: SlipLine): SafeHtml {
  const name = oneLine(line.variant === null ? line.name : `${line.name}, ${line.variant}`);
  const back = `${String(line.refundedQuantity)} of this item ${line.refundedQuantity === 1 ? 'is' : 'are'} refunded: do not pack.`;
  return writeRow({
    number: String(line.quantity),
    text: name,
    isOut: line.quantity === 0,
    remarks: [
      line.sku === null ? null : `SKU ${oneLine(line.sku)}`,
      line.refundedQuantity === 0 ? null : back,
    ],
  });
}

function writeTicket(ticket: SlipTicket): SafeHtml {
  const { prize, isVoided } = ticket;
  const closed = 'Not opened yet: packing the order opens it.';
  return writeRow({
    number: prize?.prizeCode ?? '?',
    text: prize?.name ?? (isVoided ? 'Taken back' : closed),
    isOut: isVoided,
    remarks: [
      `${ticket.ticketNumber}, ${oneLine(ticket.productName)}`,
      isVoided ? 'This ticket was taken back: do not pack.' : null,
    ],
  });
}

type Row = { number: string; text: string; isOut: boolean; remarks: readonly (string | null)[] };

function writeRow({ number, text, isOut, remarks }: Row): SafeHtml {
  return html`<tr>
    <td class="check"><span></span></td>
    <td class="number">${number}</td>
    <td>
      <span class="${isOut ? 'out' : 'in'}">${oneLine(text)}</span>
      ${remarks.flatMap((remark) => (remark === null ? [] : [html`<small>${remark}</small>`]))}
    </td>
  </tr>`;
}

function writeParcel(parcel: PackingSlip['parcels'][number], index: number): SafeHtml {
  const facts = [parcel.carrierName, parcel.trackingNumber].filter((fact) => fact !== null);
  const text = facts.length === 0 ? 'no tracking number' : facts.join(', ');
  return html`<p>Parcel ${index + 1}: ${oneLine(text)}</p>`;
}
