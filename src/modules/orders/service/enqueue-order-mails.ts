import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { enqueueMail, SECRET_PLACEHOLDER, type RenderedMail } from '../../outbox/index.ts';
import { writeAttention, writeAttentionNotice } from '../mails/write-attention-mails.ts';
import { writeConfirmation } from '../mails/write-confirmation.ts';
import { writeOrderNotice } from '../mails/write-order-notice.ts';
import { writePaymentFailed } from '../mails/write-payment-failed.ts';
import { issueGrant } from './issue-grant.ts';
import { loadOrder, type OrderWithLines } from './keep-order.ts';

/**
 * The mails about an order. All are steps, called in the transaction that makes them true, after the order's change.
 * Each exists once per order, however often it is asked for.
 */
type MailStep = (tx: Tx, app: App, request: { orderId: string; now: Date }) => Promise<void>;

/** Confirmation to the shopper, notice to the shop. */
export const enqueuePaidMails: MailStep = async (tx, app, { orderId, now }) => {
  const order = await requireOrder(tx, orderId);
  await enqueueConfirmation(tx, app, { order, now });
  const notice = writeOrderNotice(order, adminUrl(app, order));
  await toShop(tx, app, { order, kind: 'order-notice', mail: notice, now });
};

/** The confirmation; with an `occasion` once more. */
export async function enqueueConfirmation(
  tx: Tx,
  app: App,
  request: { order: OrderWithLines; occasion?: string; now: Date },
): Promise<void> {
  const { order } = request;
  const mail = writeConfirmation(order, {
    order: orderUrl(app, order),
    tickets: orderUrl(app, order, '/tickets'),
  });
  await toShopper(tx, app, { ...request, kind: 'order-confirmed', mail, opensOrder: true });
}

/** To both sides: the money is here and a person has to look. */
export const enqueueAttentionMails: MailStep = async (tx, app, { orderId, now }) => {
  const order = await requireOrder(tx, orderId);
  const mail = writeAttention(order, orderUrl(app, order));
  await toShopper(tx, app, { order, kind: 'order-attention', mail, opensOrder: true, now });
  const notice = writeAttentionNotice(order, adminUrl(app, order));
  await toShop(tx, app, { order, kind: 'order-attention-notice', mail: notice, now });
};

/** To the shopper: a delayed payment failed, the order is cancelled. */
export const enqueuePaymentFailedMail: MailStep = async (tx, app, { orderId, now }) => {
  const order = await requireOrder(tx, orderId);
  const mail = writePaymentFailed(order, app.config.clientBaseUrl);
  await toShopper(tx, app, { order, kind: 'order-payment-failed', mail, opensOrder: false, now });
};

type ToSend = {
  order: OrderWithLines;
  kind: string;
  /** What makes it another mail than those of its kind about the same order; left out where there is one only. */
  occasion?: string;
  mail: RenderedMail;
  now: Date;
};

/** A mail that opens the order carries a grant of its own, so that one leaked mail can be told from the others. */
export async function toShopper(
  tx: Tx,
  app: App,
  send: ToSend & { opensOrder: boolean },
): Promise<void> {
  const { order, kind, occasion, mail, opensOrder, now } = send;
  const purpose = `mail:${kind}`;
  const grant = opensOrder ? await issueGrant(tx, app, { orderId: order.id, purpose, now }) : null;
  await enqueueMail(tx, app, {
    ...mail,
    key: occasion === undefined ? `${kind}/${order.id}` : `${kind}/${order.id}/${occasion}`,
    kind,
    orderId: order.id,
    recipient: order.customerSnapshot.email,
    replyTo: app.config.mail.contactTo,
    secret: grant?.token ?? null,
    now,
  });
}

async function toShop(tx: Tx, app: App, send: ToSend): Promise<void> {
  const { order, kind, mail, now } = send;
  await enqueueMail(tx, app, {
    ...mail,
    key: `${kind}/${order.id}`,
    kind,
    orderId: order.id,
    recipient: app.config.mail.orderNotificationTo,
    replyTo: order.customerSnapshot.email,
    secret: null,
    now,
  });
}

/** @throws Error if there is no such order */
export async function requireOrder(tx: Tx, orderId: string): Promise<OrderWithLines> {
  const order = await loadOrder(tx, orderId);
  if (!order) throw new Error(`Order ${orderId} does not exist.`);
  return order;
}

/** The storefront's page of the order; it exchanges the token for a cookie. */
export function orderUrl(app: App, order: OrderWithLines, page: '' | '/tickets' = ''): string {
  return `${app.config.clientBaseUrl}/orders/${order.publicId}${page}?token=${SECRET_PLACEHOLDER}`;
}

function adminUrl(app: App, order: OrderWithLines): string {
  return `${app.config.adminBaseUrl}/orders/${order.id}`;
}
