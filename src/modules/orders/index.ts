export { orderDetailSchema, orderStatusSchema, type OrderDetail } from './orders.contract.ts';
export { ordersAccessRouter } from './orders.access-router.ts';
export { ordersAccountRouter } from './orders.account-router.ts';
export { ordersProblems } from './orders.problems.ts';
export { ordersRouter } from './orders.router.ts';
export { ordersAdminRouter } from './orders.admin-router.ts';
export {
  adminOrderSchema,
  orderFilters,
  type AdminOrder,
  type OrderFilters,
} from './orders.admin-contract.ts';
export type { OrderStatus } from '../../db/schema/orders.ts';
export { claimDueOrders, type DueOrder } from './service/claim-due-orders.ts';
export {
  enqueueAttentionMails,
  enqueueLatePaymentMails,
  enqueueMailsOfPaid,
  enqueuePaidMails,
  enqueuePaymentFailedMail,
  enqueueShopNotice,
  enqueueShopperNotice,
} from './service/enqueue-order-mails.ts';
export { noteFailedMail, renewMailLink } from './service/follow-mails.ts';
export { giveGuestOrders, giveOrder } from './service/give-to-account.ts';
export { loadReceipt } from './service/load-receipt.ts';
export { DISPUTED, freezeOrder, thawOrder } from './service/freeze-order.ts';
export { findCheckoutGrant, issueGrant, revokeGrants } from './service/issue-grant.ts';
export { findOrderOfShopper, findUnpaidOrders } from './service/find-orders-of-shopper.ts';
export {
  insertOrder,
  loadOrder,
  lockOrder,
  lockFreeOrders,
  type LockedOrder,
  type NewOrder,
  type NewOrderLine,
  type Order,
  type OrderLine,
  type OrderWithLines,
} from './service/keep-order.ts';
export { listOrderStates, listWaitingOrders } from './service/list-waiting-orders.ts';
export {
  markAccepted,
  markCancelled,
  markExpired,
  markNeedsAttention,
  markPaid,
  markProcessing,
  markRefunded,
  resolveAttention,
} from './service/mark-order.ts';
export { findCancelRequest, noteCancelRequest } from './service/note-cancel-request.ts';
export { noteRefund } from './service/note-refund.ts';
export { goodsLeaving } from './orders.hooks.ts';
export { packOrder, tellPacked, type StaffRequest } from './service/pack-order.ts';
export { shipOrder } from './service/change-shipment.ts';
export { showAdminOrder } from './service/show-admin-order.ts';
export { loadExportPage, type ExportedOrder } from './service/load-export-page.ts';
export { loadPrimaryShipments } from './queries/keep-shipments.ts';
export { presentShipment } from './service/present-shipment.ts';
export { newPublicId } from './service/new-public-id.ts';
export { remindOfTickets } from './service/remind-of-tickets.ts';
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
export { exportOrders, exportShipments } from './service/export-orders.ts';
