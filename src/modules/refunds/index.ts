export { refundsAdminRouter } from './refunds.admin-router.ts';
export { followDispute } from './service/follow-dispute.ts';
export { finishRefunds } from './service/finish-refunds.ts';
export { syncRefundsOfIntent } from './service/sync-refunds.ts';
export { hasStandingRefund } from './service/has-standing-refund.ts';
export { eraseRefundReasons, findOrdersWithRefundsUnderWay } from './service/erase-reasons.ts';
