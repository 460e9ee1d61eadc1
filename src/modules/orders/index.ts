export { orderDetailSchema, orderStatusSchema, type OrderDetail } from './orders.contract.ts';
export { ordersProblems } from './orders.problems.ts';
export { ordersRouter } from './orders.router.ts';
export type { OrderStatus } from '../../db/schema/orders.ts';
export { claimDueOrders, type DueOrder } from './service/claim-due-orders.ts';
export {
  enqueueAttentionMails,
  enqueuePaidMails,
  enqueuePaymentFailedMail,
} from './service/enqueue-order-mails.ts';
export { findCheckoutGrant, issueGrant, revokeGrants } from './service/issue-grant.ts';
export {
  insertOrder,
  loadOrder,
  lockOrder,
  type LockedOrder,
  type NewOrder,
  type NewOrderLine,
  type Order,
  type OrderLine,
  type OrderWithLines,
} from './service/keep-order.ts';
export {
  markCancelled,
  markExpired,
  markNeedsAttention,
  markPaid,
  markProcessing,
  markRefunded,
  resolveAttention,
} from './service/mark-order.ts';
export { newPublicId } from './service/new-public-id.ts';
export { guestCookie } from './service/set-guest-cookie.ts';
export { viewOrder } from './service/view-order.ts';
export {
  anonymiseOrders,
  claimOutdatedOrders,
  findCustomersInOrders,
  isSettled,
  lockOrdersOf,
  type PersonalOrder,
} from './service/erase-orders.ts';
export { exportOrders } from './service/export-orders.ts';
