import { z } from 'zod';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { searchQuery } from '../../http/search-words.ts';
import { suppressionSchema } from '../outbox/index.ts';

export const customerItemSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  phone: z.string().nullable(),
  /** Orders that were paid, refunded ones included. */
  orderCount: z.int().min(0),
  /** Set while the address gets no mail: it bounced, or its owner complained. */
  mailSuppression: suppressionSchema.nullable(),
  createdAt: z.iso.datetime({ precision: 3 }),
});
export type CustomerItem = z.infer<typeof customerItemSchema>;

export const listCustomersRoute = defineRoute({
  operationId: 'listCustomers',
  method: 'get',
  path: '/api/v1/admin/customers',
  summary: 'Customers, newest first',
  description:
    'People who paid at least once or opened an account; abandoned carts make no customers. Each word of `search` must be ' +
    'part of the e-mail, the first or the last name; of one or two characters it must begin one of their words.',
  tag: 'Admin customers',
  access: 'admin',
  query: z.object({
    search: searchQuery,
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 25, max: 100 }),
  }),
  replies: {
    200: z.object({ items: z.array(customerItemSchema), nextCursor: z.string().nullable() }),
  },
});
export type ListCustomersQuery = z.output<typeof listCustomersRoute.query>;
