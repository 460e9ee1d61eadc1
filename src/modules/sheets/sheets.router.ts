import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { exportProducts } from './service/export-products.ts';
import { exportOrders } from './service/export-orders.ts';
import { importProducts } from './service/import-products.ts';
import { exportProductsRoute, importProductsRoute } from './sheets.contract.ts';
import { exportOrdersRoute } from './sheets.orders-contract.ts';

/** What can be checked within a request. */
const MAX_CHECKED_ROWS = 20_000;
/** What can be imported within a request; the command takes the rest. */
const MAX_APPLIED_ROWS = 1_000;

export function sheetsRouter(app: App): Mounted[] {
  return [
    handleStaff(app, importProductsRoute, async (input, { requestId }, { actor }) => {
      const { query, files } = input;
      const isApplied = query.mode === 'apply';
      const maxRows = isApplied ? MAX_APPLIED_ROWS : MAX_CHECKED_ROWS;
      const bytes = files[0] ?? Buffer.alloc(0);
      const request = { bytes, isApplied, maxRows, actor, requestId };
      return { data: await importProducts(app, request) };
    }),
    handleStaff(app, exportProductsRoute, () =>
      Promise.resolve({
        download: { fileName: 'products.csv', chunks: exportProducts(app) },
      }),
    ),
    handleStaff(app, exportOrdersRoute, ({ query }) =>
      Promise.resolve({ download: { fileName: 'orders.csv', chunks: exportOrders(app, query) } }),
    ),
  ];
}
