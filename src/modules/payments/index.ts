export { paymentsAdminRouter } from './payments.admin-router.ts';
export {
  findPaymentByIntent,
  findPaymentBySession,
  listPayments,
  loadPayment,
  lockPayment,
  openPayment,
  type Payment,
} from './service/keep-payment.ts';
export { recordCaptures } from './service/record-capture.ts';
export { recordSession } from './service/record-session.ts';
export { markPaymentFailed } from './service/mark-payment-failed.ts';
export { recordRefundEntry, saveRefundedSum } from './service/record-refund.ts';
export { voidEmptyPayment } from './service/void-empty-payment.ts';
export { erasePayers } from './service/erase-payers.ts';
export { exportPayments } from './service/export-payments.ts';
