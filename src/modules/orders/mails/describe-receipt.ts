import { formatShopTime } from './format-shop-time.ts';
import { describeRows, type Described } from './describe-order.ts';
import type { OrderWithLines } from '../service/keep-order.ts';
import type { TaxRegistrations } from '../../settings/index.ts';

/** What a receipt says beyond the order itself. */
export type Receipt = {
  /** The payment's id at the provider; null if nothing had to be paid. */
  paymentId: string | null;
  registrations: TaxRegistrations;
};

/** When it was paid, and under which numbers the taxes on it are collected. */
export function describeReceipt(order: OrderWithLines, receipt: Receipt): Described {
  const { gstHst, qst } = receipt.registrations;
  const isFederal = order.gstCents > 0 || order.hstCents > 0;
  const numbers = [
    { label: 'GST/HST registration', value: isFederal ? gstHst : null },
    { label: 'PST registration', value: order.pstCents > 0 ? provincial(order, receipt) : null },
    { label: 'QST registration', value: order.qstCents > 0 ? qst : null },
  ];
  return describeRows([
    { label: 'Paid', value: formatShopTime(order.paidAt ?? order.createdAt), wraps: true },
    ...numbers.flatMap(({ label, value }) =>
      value === null ? [] : [{ label, value, wraps: true }],
    ),
  ]);
}

/** Only these provinces have a sales tax of their own that the shop collects; each has its own number. */
function provincial(order: OrderWithLines, { registrations }: Receipt): string | null {
  switch (order.shippingAddress.province) {
    case 'BC':
      return registrations.pstBc;
    case 'MB':
      return registrations.pstMb;
    case 'SK':
      return registrations.pstSk;
    default:
      return null;
  }
}
