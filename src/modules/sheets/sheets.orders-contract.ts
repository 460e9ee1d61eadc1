import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { orderFilters } from '../orders/index.ts';

export const exportOrdersRoute = defineRoute({
  operationId: 'exportOrders',
  method: 'get',
  path: '/api/v1/admin/orders/export.csv',
  summary: 'Orders as CSV, the oldest first',
  description:
    'A row per order, with the filters of the list. Cells that a spreadsheet would run as a formula begin with an apostrophe. ' +
    'Orders made while the file is sent are left out.',
  tag: 'Admin orders',
  access: 'admin',
  query: z.object(orderFilters),
  downloadType: 'text/csv; charset=utf-8',
  replies: {},
});
export type ExportOrdersQuery = z.output<typeof exportOrdersRoute.query>;
