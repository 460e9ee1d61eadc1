export {
  latePaymentReturning,
  orderAccepting,
  orderPaidTwice,
  orderRecovering,
} from './checkout.hooks.ts';
export { checkoutAdminRouter } from './checkout.admin-router.ts';
export { checkoutRouter } from './checkout.router.ts';
export { checkoutStatusRouter } from './checkout.status-router.ts';
export {
  cancelCheckout,
  type CancelCheckoutRequest,
  type CancelOutcome,
} from './service/cancel-checkout.ts';
export { expireHolds } from './service/expire-holds.ts';
export { expireOrder } from './service/expire-order.ts';
export { failPayment } from './service/fail-payment.ts';
export { reconcileSessions, type SettledSession } from './service/reconcile-sessions.ts';
export { resumeCheckouts } from './service/resume-checkouts.ts';
export { finaliseOrder, type FinaliseOutcome } from './service/finalise-order.ts';
export { finaliseOrders } from './service/finalise-orders.ts';
export { pruneAttempts } from './service/prune-attempts.ts';
