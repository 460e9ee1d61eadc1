export { importProducts } from './service/import-products.ts';
export type { ImportProductsRequest, ImportProgress } from './service/import-products.ts';
export { importReportSchema, type ImportReport } from './sheets.contract.ts';
export { sheetsRouter } from './sheets.router.ts';
