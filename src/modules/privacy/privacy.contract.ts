import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { ticketSchema } from '../kuji/index.ts';
import { orderStatusSchema } from '../orders/index.ts';
import { suppressionSchema } from '../outbox/index.ts';
import { privacyProblems } from './privacy.problems.ts';

const instant = z.iso.datetime({ precision: 3 });
const cents = z.int().min(0);
const params = z.object({ id: z.uuid() });
const address = z.record(z.string(), z.string().nullable());

const exportedOrder = z.object({
  id: z.uuid(),
  publicId: z.string(),
  status: orderStatusSchema,
  email: z.string(),
  customer: z.record(z.string(), z.string().nullable()),
  shippingAddress: address,
  billingAddress: address.nullable(),
  customerNote: z.string().nullable(),
  currency: z.string(),
  subtotalCents: cents,
  discountCents: cents,
  shippingCents: cents,
  taxCents: cents,
  totalCents: cents,
  createdAt: instant,
  placedAt: instant.nullable(),
  paidAt: instant.nullable(),
  refundedAt: instant.nullable(),
  lines: z.array(
    z.object({
      productName: z.string(),
      variantName: z.string().nullable(),
      unitPriceCents: cents,
      quantity: z.int(),
      lineTotalCents: cents,
    }),
  ),
});

export const personalDataSchema = z.object({
  exportedAt: instant,
  customer: z.object({
    id: z.uuid(),
    email: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
    /** At the sign-in provider, which keeps the password; null for a guest. */
    accountId: z.uuid().nullable(),
    createdAt: instant,
    erasedAt: instant.nullable(),
  }),
  orders: z.array(exportedOrder),
  tickets: z.array(ticketSchema),
  holds: z.array(
    z.object({
      orderId: z.uuid(),
      quantity: z.int(),
      state: z.string(),
      expiresAt: instant,
      endedAt: instant.nullable(),
    }),
  ),
  payments: z.array(
    z.object({
      orderId: z.uuid(),
      provider: z.string(),
      /** The provider's number of the payment; card and bank are known there only. */
      intentId: z.string().nullable(),
      state: z.string(),
      amountCents: cents,
      currency: z.string(),
      receivedCents: cents.nullable(),
      receivedCurrency: z.string().nullable(),
      refundedCents: cents,
      paidAt: instant.nullable(),
      createdAt: instant,
    }),
  ),
  /** Paid twice by mistake; goes back in full. */
  secondPayments: z.array(
    z.object({
      orderId: z.uuid(),
      intentId: z.string(),
      amountCents: cents,
      currency: z.string(),
      refundState: z.string(),
      createdAt: instant,
    }),
  ),
  refunds: z.array(
    z.object({
      orderId: z.uuid(),
      amountCents: cents,
      currency: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      createdAt: instant,
    }),
  ),
  disputes: z.array(
    z.object({
      orderId: z.uuid(),
      amountCents: cents,
      currency: z.string(),
      status: z.string(),
      createdAt: instant,
      closedAt: instant.nullable(),
    }),
  ),
  shipments: z.array(
    z.object({
      orderId: z.uuid(),
      carrierName: z.string().nullable(),
      trackingNumber: z.string().nullable(),
      trackingUrl: z.string().nullable(),
      shippedAt: instant.nullable(),
      deliveredAt: instant.nullable(),
    }),
  ),
  /** Set while the address gets no mail. */
  mailSuppression: suppressionSchema.nullable(),
  mails: z.array(
    z.object({
      kind: z.string(),
      subject: z.string(),
      text: z.string(),
      createdAt: instant,
      sentAt: instant.nullable(),
    }),
  ),
  messages: z.array(
    z.object({
      firstName: z.string(),
      lastName: z.string().nullable(),
      email: z.string(),
      inquiryType: z.string(),
      orderNumber: z.string().nullable(),
      requestedSeries: z.string().nullable(),
      message: z.string(),
      createdAt: instant,
    }),
  ),
});
export type PersonalData = z.infer<typeof personalDataSchema>;

export const exportCustomerRoute = defineRoute({
  operationId: 'exportCustomer',
  method: 'get',
  path: '/api/v1/admin/customers/:id/export',
  summary: 'Everything that is kept about a customer',
  description:
    'The export itself is audited. The prize of a ticket is there once it is opened. What colleagues noted about an order is not in it.',
  tag: 'Admin customers',
  access: 'admin',
  params,
  replies: { 200: personalDataSchema },
  problems: [privacyProblems.CUSTOMER_NOT_FOUND],
});

export const eraseCustomerRoute = defineRoute({
  operationId: 'eraseCustomer',
  method: 'post',
  path: '/api/v1/admin/customers/:id/erase',
  summary: 'Erase the personal data of a customer',
  description:
    'Cannot be undone. Orders keep amounts, taxes, dates, province, lines and tickets; names, addresses, e-mail, phone and ' +
    'notes are gone, and so are messages and the texts of mails. Refused while an order is not finished. The identity at the ' +
    'sign-in provider is deleted there.',
  tag: 'Admin customers',
  access: 'admin',
  params,
  body: z.object({ confirm: z.string().max(320).describe('The e-mail address of the customer.') }),
  replies: {
    200: z.object({
      id: z.uuid(),
      erasedAt: instant,
      orders: z.int(),
      mails: z.int(),
      messages: z.int(),
      /** What remains to be deleted at the sign-in provider; null for a guest. */
      accountId: z.uuid().nullable(),
    }),
  },
  problems: Object.values(privacyProblems),
});

export const exportOwnDataRoute = defineRoute({
  operationId: 'exportOwnData',
  method: 'get',
  path: '/api/v1/account/export',
  summary: 'Everything that is kept about me',
  tag: 'Account',
  access: 'customer',
  replies: { 200: personalDataSchema },
  problems: [privacyProblems.CUSTOMER_NOT_FOUND],
});
