import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';

/** What the shop mails by itself, beyond what an order makes necessary. */
export const mailSettingsSchema = z.object({
  /** Days from the payment to the one reminder of closed tickets; null sends none. */
  ticketReminderAfterDays: z.int().min(1).max(60).nullable(),
  /** Whether the shop is told when stock falls to its threshold. */
  lowStockAlert: z.boolean(),
});
export type MailSettings = z.infer<typeof mailSettingsSchema>;

const registration = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 .-]{2,39}$/, 'Must be letters, digits, dots, dashes and spaces.')
  .nullable();

/** Numbers under which the shop collects taxes; a receipt names those of the taxes that it shows. */
export const taxRegistrationsSchema = z.object({
  gstHst: registration,
  qst: registration,
  pstBc: registration,
  pstMb: registration,
  pstSk: registration,
});
export type TaxRegistrations = z.infer<typeof taxRegistrationsSchema>;

export const showMailSettingsRoute = defineRoute({
  operationId: 'showMailSettings',
  method: 'get',
  path: '/api/v1/admin/settings/mails',
  summary: 'Reminder of closed tickets and alert of low stock',
  tag: 'Admin settings',
  access: 'admin',
  replies: { 200: mailSettingsSchema },
});

export const saveMailSettingsRoute = defineRoute({
  operationId: 'saveMailSettings',
  method: 'put',
  path: '/api/v1/admin/settings/mails',
  summary: 'Change reminder and alert',
  description: 'Both fields. Orders that were reminded already are not reminded again.',
  tag: 'Admin settings',
  access: 'admin',
  body: mailSettingsSchema,
  replies: { 200: mailSettingsSchema },
});

export const showTaxRegistrationsRoute = defineRoute({
  operationId: 'showTaxRegistrations',
  method: 'get',
  path: '/api/v1/admin/settings/tax-registrations',
  summary: 'Numbers under which the shop collects taxes',
  tag: 'Admin settings',
  access: 'admin',
  replies: { 200: taxRegistrationsSchema },
});

export const saveTaxRegistrationsRoute = defineRoute({
  operationId: 'saveTaxRegistrations',
  method: 'put',
  path: '/api/v1/admin/settings/tax-registrations',
  summary: 'Change the registration numbers',
  description:
    'All five fields; null where there is none. Receipts that were sent stay as they are.',
  tag: 'Admin settings',
  access: 'admin',
  body: taxRegistrationsSchema,
  replies: { 200: taxRegistrationsSchema },
});
