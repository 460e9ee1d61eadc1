export { inventoryAdminRouter } from './inventory.admin-router.ts';
export { inventoryProblems } from './inventory.problems.ts';
export { createStock } from './service/create-stock.ts';
export {
  addKujiStock,
  lockKujiInventories,
  lockKujiInventory,
  setKujiOnHand,
  type KujiInventory,
} from './service/keep-kuji-stock.ts';
export { endVariantStock } from './service/end-variant-stock.ts';
export { convertHolds, releaseHolds, type EndedHold } from './service/end-holds.ts';
export { findHeldStock, takeHolds, type HoldRequest } from './service/take-holds.ts';
export { checkInventory } from './service/report-inventory.ts';
export type { StockCheck } from './inventory.admin-contract.ts';
export { setVariantStock, type SetVariantStockRequest } from './service/set-variant-stock.ts';
export { findLiveHolds, lockStockToExchange } from './service/lock-stock-to-exchange.ts';
export { lockStockOfOrder, restockLines, unstockLines } from './service/restock-lines.ts';
export { alertLowStock } from './service/alert-low-stock.ts';
export { exportHolds } from './service/export-holds.ts';
