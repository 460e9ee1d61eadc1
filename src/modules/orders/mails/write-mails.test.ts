import { describe, expect, it } from 'vitest';
import type { OrderWithLines } from '../service/keep-order.ts';
import { formatShopTime } from './format-shop-time.ts';
import { writeAttention, writeAttentionNotice } from './write-attention-mails.ts';
import { writeConfirmation } from './write-confirmation.ts';
import { writeOrderNotice } from './write-order-notice.ts';
import { writePaymentFailed } from './write-payment-failed.ts';
import { writeTicketsReminder } from './write-tickets-reminder.ts';
import { writeRefunded } from './write-refunded.ts';
import { writeShipped, writeTrackingChanged } from './write-shipment-mails.ts';

const placedAt = new Date('2026-11-21T09:05:00Z');

const line = {
  id: '0198c0de-0000-7000-8000-000000000011',
  orderId: '0198c0de-0000-7000-8000-000000000001',
  lineNumber: 1,
  productId: '0198c0de-0000-7000-8000-000000000021',
  variantId: '0198c0de-0000-7000-8000-000000000031',
  productName: 'Mochi plush',
  productType: 'standard' as const,
  variantName: 'Small',
  variantSku: 'MOCHI-S',
  unitPriceCents: 2499,
  quantity: 2,
  lineTotalCents: 4998,
  metadata: { slug: 'mochi-plush', description: null },
};

const order: OrderWithLines = {
  id: line.orderId,
  publicId: 'PBX-0123ABCDEF',
  customerId: null,
  userId: null,
  paymentState: 'paid',
  fulfilmentState: 'none',
  status: 'paid',
  attentionCode: 'AMOUNT_DIFFERS',
  attentionMessage: 'The amount differs.',
  attentionHint: 'Compare both amounts.',
  attentionAt: placedAt,
  attentionResolvedAt: null,
  disputedAt: null,
  currency: 'CAD',
  subtotalCents: 4998,
  discountCents: 0,
  shippingCents: 1599,
  taxCents: 988,
  totalCents: 7585,
  gstCents: 330,
  pstCents: 0,
  hstCents: 0,
  qstCents: 658,
  gstRatePpm: 50_000,
  pstRatePpm: 0,
  hstRatePpm: 0,
  qstRatePpm: 99_750,
  shippingRegion: 'canada',
  email: 'ann@shop.test',
  mailbox: 'ann@shop.test',
  browserHash: null,
  customerSnapshot: { email: 'ann@shop.test', firstName: 'Ann', lastName: 'Lee', phone: null },
  shippingAddress: {
    fullName: 'Ann Lee',
    line1: '1 Rue Sainte-Catherine',
    line2: null,
    city: 'Montréal',
    province: 'QC',
    postalCode: 'H2X 1K4',
    countryCode: 'CA',
    phone: null,
  },
  billingAddress: null,
  customerNote: null,
  holdExpiresAt: placedAt,
  expiryLeaseUntil: null,
  placedAt,
  paidAt: placedAt,
  cancelledAt: null,
  refundedAt: null,
  expiredAt: null,
  erasedAt: null,
  createdAt: placedAt,
  lines: [line],
};

const links = {
  order: 'https://shop.test/orders/PBX-0123ABCDEF?token={{secret}}',
  tickets: 'https://shop.test/orders/PBX-0123ABCDEF/tickets?token={{secret}}',
};

const receipt = {
  paymentId: 'pi_3ABC',
  registrations: {
    gstHst: '12345 6789 RT0001',
    qst: '1234567890 TQ0001',
    pstBc: 'PST-1234-5678',
    pstMb: null,
    pstSk: null,
  },
};

const parcel = {
  carrierName: 'Canada Post',
  trackingNumber: '1234',
  trackingUrl: 'https://t.example/?a=1&b=2',
};

const everyMail = (of: OrderWithLines, parcels = [parcel]) => [
  writeShipped(of, parcels, links.order),
  writeTrackingChanged(of, parcels, links.order),
  writeRefunded(of, links.order),
  writeConfirmation(of, links, receipt),
  writeOrderNotice(of, 'https://shop.test/admin/orders/1'),
  writeAttention(of, links.order),
  writeAttentionNotice(of, 'https://shop.test/admin/orders/1'),
  writePaymentFailed(of, 'https://shop.test'),
  writeTicketsReminder({ ...of, lines: of.lines.map(asKuji) }, links),
];

function asKuji(of: OrderWithLines['lines'][number]) {
  return { ...of, productType: 'kuji' as const, variantId: null, variantName: null };
}

describe('the confirmation', () => {
  it('says in plain text what was bought, what it cost and where it goes', () => {
    expect(writeConfirmation(order, links, receipt).text).toBe(`Thank you, your order is paid

We have your order PBX-0123ABCDEF of ${formatShopTime(placedAt)}.

See your order: https://shop.test/orders/PBX-0123ABCDEF?token={{secret}}

Your items
2 × Mochi plush, Small: $49.98

Subtotal: $49.98
Shipping: $15.99
GST (5%): $3.30
QST (9.975%): $6.58
Total: $75.85 CAD

Paid: ${formatShopTime(placedAt)}
GST/HST registration: 12345 6789 RT0001
QST registration: 1234567890 TQ0001

We ship to
Ann Lee
1 Rue Sainte-Catherine
Montréal QC H2X 1K4
Canada

The links open your order without a password. Keep this e-mail to yourself.
`);
  });

  it('says the same in HTML, with a link to press', () => {
    const { html } = writeConfirmation(order, links, receipt);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain(`href="${links.order}"`);
    for (const fact of [
      'PBX-0123ABCDEF',
      '2 × Mochi plush, Small',
      '$75.85 CAD',
      'Montréal QC H2X 1K4',
    ]) {
      expect(html).toContain(fact);
    }
    expect(html).not.toContain(links.tickets);
  });

  it('leads to the tickets if there are some', () => {
    const { html, text } = writeConfirmation({ ...order, lines: [asKuji(line)] }, links, receipt);
    for (const body of [html, text]) {
      expect(body).toContain(links.tickets);
      expect(body).toContain(links.order);
      expect(body).toContain('sealed until you open them');
      expect(body).toContain('Your payment id is pi_3ABC.');
    }
  });

  it('tells the payment id to those only who have a draw to check', () => {
    const plain = writeConfirmation(order, links, receipt);
    const free = writeConfirmation({ ...order, lines: [asKuji(line)] }, links, {
      ...receipt,
      paymentId: null,
    });
    for (const { html, text } of [plain, free]) expect(html + text).not.toMatch(/payment id/i);
  });

  it('names the registration of each tax that was charged, and of no other', () => {
    const inBc = {
      ...order,
      qstCents: 0,
      pstCents: 658,
      shippingAddress: { ...order.shippingAddress, province: 'BC' },
    };
    const { text, html } = writeConfirmation(inBc, links, receipt);
    for (const body of [text, html]) {
      expect(body).toContain('PST-1234-5678');
      expect(body).toContain('12345 6789 RT0001');
      expect(body).not.toContain('TQ0001');
    }
    expect(text).toContain('PST registration: PST-1234-5678');
    const none = { gstHst: null, qst: null, pstBc: null, pstMb: null, pstSk: null };
    const bare = writeConfirmation(inBc, links, { ...receipt, registrations: none });
    expect(bare.text + bare.html).not.toContain('registration');
  });
});

it('the reminder leads to the tickets and counts none', () => {
  const { html, text } = writeTicketsReminder({ ...order, lines: [asKuji(line)] }, links);
  for (const body of [html, text]) {
    expect(body).toContain(links.tickets);
    expect(body).toContain('Mochi plush');
  }
  expect(text).not.toMatch(/\b2\b/);
});

describe('the mails about a shipment', () => {
  const unknown = { carrierName: null, trackingNumber: null, trackingUrl: null };

  it('say how it travels and where to follow it', () => {
    expect(writeShipped(order, [parcel], links.order).text).toBe(`Your order is on its way

We have shipped your order PBX-0123ABCDEF.

Carrier: Canada Post
Tracking number: 1234
Track the parcel: https://t.example/?a=1&b=2

See your order: https://shop.test/orders/PBX-0123ABCDEF?token={{secret}}

Shipped to
Ann Lee
1 Rue Sainte-Catherine
Montréal QC H2X 1K4
Canada

Your items
2 × Mochi plush, Small: $49.98
`);
  });

  it('number parcels where there are several, and say nothing where nothing is known', () => {
    const { html, text } = writeTrackingChanged(order, [parcel, unknown], links.order);
    for (const body of [html, text]) expect(body).toContain('Parcel 2');
    expect(html).toContain('href="https://t.example/?a=1&amp;b=2"');
    const alone = writeShipped(order, [unknown], links.order);
    expect(alone.text).not.toMatch(/Parcel|Carrier|Track|\n\n\n/);
  });
});

it('tells the time of the shop', () => {
  expect(formatShopTime(new Date('2025-01-15T09:05:00Z'))).toMatch(
    /^January 15, 2025 at 2:05\sa\.m\. MST$/,
  );
  expect(formatShopTime(new Date('2025-07-01T05:30:00Z'))).toMatch(
    /^June 30, 2025 at 11:30\sp\.m\. MDT$/,
  );
});

describe('the mails about a problem', () => {
  it('tell the shop the reason and the shopper none', () => {
    const [toShopper, toShop] = [
      writeAttention(order, links.order),
      writeAttentionNotice(order, 'https://shop.test/admin/orders/1'),
    ];
    expect(toShopper.html + toShopper.text).not.toContain('AMOUNT_DIFFERS');
    expect(toShopper.html + toShopper.text).not.toContain('The amount differs.');
    for (const body of [toShop.html, toShop.text]) {
      expect(body).toContain('AMOUNT_DIFFERS: The amount differs.');
      expect(body).toContain('What to do: Compare both amounts.');
    }
  });

  it('offer no way into an order that is gone', () => {
    const mail = writePaymentFailed(order, 'https://shop.test');
    expect(mail.html + mail.text).not.toContain('{{secret}}');
  });
});

describe('hostile values', () => {
  const evil = `"><script>alert('x')</script>\r\nTotal: $0.00\u202E`;
  const hostile: OrderWithLines = {
    ...order,
    customerNote: evil,
    attentionMessage: evil,
    customerSnapshot: { email: evil, firstName: evil, lastName: evil, phone: evil },
    shippingAddress: {
      ...order.shippingAddress,
      fullName: evil,
      line1: evil,
      line2: evil,
      city: evil,
      postalCode: evil,
    },
    lines: [{ ...line, productName: evil, variantName: evil }],
  };

  const hostileParcel = {
    carrierName: evil,
    trackingNumber: evil,
    trackingUrl: `https://t.example/${evil}`,
  };

  it.each(everyMail(hostile, [hostileParcel]))(
    'stay text in "$subject"',
    ({ subject, html, text }) => {
      expect(html).not.toContain('<script');
      expect(html).not.toContain('">"');
      expect(subject).not.toMatch(/[\r\n]/);
      // No line of the text may be the shopper's own.
      expect(text.split('\n')).not.toContain('Total: $0.00');
      expect(text).not.toMatch(/[\r\u202e]/);
    },
  );
});
