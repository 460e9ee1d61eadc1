export { refundsAdminRouter } from './refunds.admin-router.ts';
export { refundQueue, surplusQueue } from './refunds.queue.ts';
export { followDispute, type DisputeOutcome } from './service/follow-dispute.ts';
export { finishRefunds } from './service/finish-refunds.ts';
export { noteSecondPayment } from './service/note-second-payment.ts';
export { returnLatePayment, workRefund } from './service/return-late-payment.ts';
export { returnSecondPayment } from './service/return-second-payment.ts';
export { syncRefundsOfIntent } from './service/sync-refunds.ts';
export {
  hasOpenRefund,
  hasStandingRefund,
  returnsEverything,
} from './service/has-standing-refund.ts';
export { eraseRefundReasons, findOrdersWithRefundsUnderWay } from './service/erase-reasons.ts';
export { exportDisputes, exportRefunds, exportSecondPayments } from './service/export-refunds.ts';
