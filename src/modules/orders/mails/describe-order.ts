import { formatCents } from '../../../kernel/money.ts';
import type { AddressSnapshot } from '../../../db/schema/orders.ts';
import { html, oneLine, type SafeHtml } from '../../outbox/index.ts';
import type { OrderLine, OrderWithLines } from '../service/keep-order.ts';

/** What the mails say about an order, each part as HTML and as lines of plain text. */
export type Described = { html: SafeHtml; text: string[] };

export type Row = {
  label: string;
  value: string;
  strong?: boolean;
  /** For values longer than an amount: on a phone they may take several lines. */
  wraps?: boolean;
};

/** What was bought. Products only: which prizes the tickets hold is for their owner to find out. */
export function describeLines(lines: readonly OrderLine[]): Described {
  return describeRows(
    lines.map((line) => ({
      label: `${String(line.quantity)} × ${nameLine(line)}`,
      value: formatCents(line.lineTotalCents),
    })),
  );
}

/** Subtotal to total, with each tax that was charged. */
export function describeAmounts(order: OrderWithLines): Described {
  const taxes = [
    { name: 'GST', cents: order.gstCents, ppm: order.gstRatePpm },
    { name: 'HST', cents: order.hstCents, ppm: order.hstRatePpm },
    { name: 'PST', cents: order.pstCents, ppm: order.pstRatePpm },
    { name: 'QST', cents: order.qstCents, ppm: order.qstRatePpm },
  ];
  const rows: Row[] = [{ label: 'Subtotal', value: formatCents(order.subtotalCents) }];
  if (order.discountCents > 0) {
    rows.push({ label: 'Discount', value: formatCents(-order.discountCents) });
  }
  rows.push({
    label: 'Shipping',
    value: order.shippingCents === 0 ? 'Free' : formatCents(order.shippingCents),
  });
  for (const tax of taxes) {
    if (tax.cents === 0) continue;
    rows.push({
      label: `${tax.name} (${String(tax.ppm / 10_000)}%)`,
      value: formatCents(tax.cents),
    });
  }
  rows.push({
    label: 'Total',
    value: `${formatCents(order.totalCents)} ${order.currency}`,
    strong: true,
  });
  return describeRows(rows);
}

export function describeAddress(address: AddressSnapshot): Described {
  const text = [
    address.fullName,
    address.line1,
    address.line2,
    `${address.city} ${address.province} ${address.postalCode}`,
    address.countryCode === 'CA' ? 'Canada' : address.countryCode,
  ].flatMap((line) => (line === null || oneLine(line) === '' ? [] : [oneLine(line)]));
  return {
    html: html`<p style="margin:0 0 16px">${text.map((line) => html`${line}<br />`)}</p> `,
    text,
  };
}

function nameLine(line: OrderLine): string {
  const name = oneLine(line.productName);
  return line.variantName === null ? name : `${name}, ${oneLine(line.variantName)}`;
}

/** Labels to the left, values to the right. */
export function describeRows(rows: readonly Row[]): Described {
  const cells = rows.map(({ label, value, strong, wraps }) => {
    const weight = strong === true ? 700 : 400;
    const breaks = wraps === true ? 'normal' : 'nowrap';
    // Beside a long value a short label would be broken in the middle of its word.
    const labelBreaks = wraps === true ? 'nowrap' : 'normal';
    return html`<tr style="font-weight:${weight}">
      <td style="padding:4px 12px 4px 0;vertical-align:top;white-space:${labelBreaks}">${label}</td>
      <td align="right" style="padding:4px 0;vertical-align:top;white-space:${breaks}">${value}</td>
    </tr> `;
  });
  return {
    html: html`<table
      role="presentation"
      width="100%"
      cellpadding="0"
      cellspacing="0"
      style="margin:0 0 16px"
    >
      ${cells}
    </table> `,
    text: rows.map(({ label, value }) => `${label}: ${value}`),
  };
}
