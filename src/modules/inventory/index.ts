export { createStock } from './service/create-stock.ts';
export {
  addKujiStock,
  lockKujiInventory,
  setKujiOnHand,
  type KujiInventory,
} from './service/keep-kuji-stock.ts';
export { convertHolds, releaseHolds, type EndedHold } from './service/end-holds.ts';
export { findHeldStock, takeHolds, type HoldRequest } from './service/take-holds.ts';
