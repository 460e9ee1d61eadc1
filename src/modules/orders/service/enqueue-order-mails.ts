import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import {
  enqueueMails,
  SECRET_PLACEHOLDER,
  type MailRequest,
  type RenderedMail,
} from '../../outbox/index.ts';
import type { Receipt } from '../mails/describe-receipt.ts';
import { writeAttention, writeAttentionNotice } from '../mails/write-attention-mails.ts';
import { writeConfirmation } from '../mails/write-confirmation.ts';
import { writeNotice, type Notice } from '../mails/write-notice.ts';
import { writeOrderNotice } from '../mails/write-order-notice.ts';
import { writePaymentFailed } from '../mails/write-payment-failed.ts';
import { writeTicketsReminder } from '../mails/write-tickets-reminder.ts';
import { keepGrants, newToken } from './issue-grant.ts';
import { loadOrder, type OrderWithLines } from './keep-order.ts';
import { loadReceipt } from './load-receipt.ts';

/**
 * The mails about an order. All are steps, called in the transaction that makes them true, after the order's change.
 * Each exists once per order, however often it is asked for.
 */
type MailStep = (tx: Tx, app: App, request: { orderId: string; now: Date }) => Promise<void>;

/** Confirmation to the shopper, notice to the shop. */
export const enqueuePaidMails: MailStep = async (tx, app, { orderId, now }) => {
  const [order, receipt] = await Promise.all([requireOrder(tx, orderId), loadReceipt(tx, orderId)]);
  await enqueueMailsOfPaid(tx, app, { paid: [{ order, receipt }], now });
};

/** Step: the same for several orders, of a caller who has them and their receipts at hand, as they are now. */
export async function enqueueMailsOfPaid(
  tx: Tx,
  app: App,
  request: { paid: readonly { order: OrderWithLines; receipt: Receipt }[]; now: Date },
): Promise<void> {
  const { paid, now } = request;
  const mails = paid.flatMap(({ order, receipt }) => [
    confirmation(app, { order, receipt, now }),
    forShop(app, {
      order,
      kind: 'order-notice',
      mail: writeOrderNotice(order, adminUrl(app, order)),
      now,
    }),
  ]);
  await send(tx, app, mails);
}

/** The confirmation once more; `entityId` tells it from the first. */
export async function enqueueConfirmation(
  tx: Tx,
  app: App,
  request: { order: OrderWithLines; entityId: string; now: Date },
): Promise<void> {
  const receipt = await loadReceipt(tx, request.order.id);
  await send(tx, app, [confirmation(app, { ...request, receipt })]);
}

function confirmation(
  app: App,
  request: { order: OrderWithLines; receipt: Receipt; entityId?: string; now: Date },
): MailRequest {
  const { order, receipt } = request;
  const links = { order: orderUrl(app, order), tickets: orderUrl(app, order, '/tickets') };
  const mail = writeConfirmation(order, links, receipt);
  return forShopper(app, { ...request, kind: 'order-confirmed', mail, opensOrder: true });
}

/** To both sides: the money is here and a person has to look. */
export const enqueueAttentionMails: MailStep = async (tx, app, { orderId, now }) => {
  const order = await requireOrder(tx, orderId);
  // Another reason is other news: the last mail may have told of a refund that has failed since.
  const about = { order, entityId: `${order.attentionCode ?? ''}/${order.id}`, now };
  const mail = writeAttention(order, orderUrl(app, order));
  await toShopper(tx, app, { ...about, kind: 'order-attention', mail, opensOrder: true });
  const notice = writeAttentionNotice(order, adminUrl(app, order));
  await toShop(tx, app, { ...about, kind: 'order-attention-notice', mail: notice });
};

/** To the shopper: a delayed payment failed, the order is cancelled. */
export const enqueuePaymentFailedMail: MailStep = async (tx, app, { orderId, now }) => {
  const order = await requireOrder(tx, orderId);
  const mail = writePaymentFailed(order, app.config.clientBaseUrl);
  await toShopper(tx, app, { order, kind: 'order-payment-failed', mail, opensOrder: false, now });
};

/** To the shopper: tickets that wait to be opened. */
export const enqueueTicketsReminder: MailStep = async (tx, app, { orderId, now }) => {
  const order = await requireOrder(tx, orderId);
  const links = { order: orderUrl(app, order), tickets: orderUrl(app, order, '/tickets') };
  const mail = writeTicketsReminder(order, links);
  await toShopper(tx, app, { order, kind: 'tickets-unopened', mail, opensOrder: true, now });
};

/** To both sides: the money came too late for the goods, and all of it goes back by itself. */
export const enqueueLatePaymentMails: MailStep = async (tx, app, { orderId, now }) => {
  const order = await requireOrder(tx, orderId);
  const about = { order, now };
  await enqueueShopperNotice(tx, app, {
    ...about,
    kind: 'order-late-payment',
    heading: `We are refunding your PopBox Studio order ${order.publicId}`,
    sentences: [
      `Your payment for order ${order.publicId} arrived after its reservation had ended, and the items are gone.`,
      'We are sending the whole amount back to the card or account you paid with. We write to you again when it has left.',
    ],
  });
  await enqueueShopNotice(tx, app, {
    ...about,
    kind: 'order-late-payment-notice',
    heading: `Order ${order.publicId} was paid too late and is refunded`,
    sentences: [
      `${order.attentionCode ?? 'LATE_PAYMENT'}: ${order.attentionMessage ?? ''}`,
      'All of the money goes back by itself. Nothing is to be done unless another mail says that it could not.',
    ],
  });
};

type NoticeRequest = Notice & {
  order: OrderWithLines;
  kind: string;
  /** What the notice is about, if not the order: a refund, a dispute. Each has its own notice. */
  entityId?: string;
  now: Date;
};

/** Step: a few sentences to the shop about an order, once per kind and entity. */
export async function enqueueShopNotice(tx: Tx, app: App, request: NoticeRequest): Promise<void> {
  const link = { label: 'Open the order', url: adminUrl(app, request.order) };
  await toShop(tx, app, { ...request, mail: writeNotice(request, link) });
}

/** Step: a few sentences to the shopper about an order, once per kind and entity. */
export async function enqueueShopperNotice(
  tx: Tx,
  app: App,
  request: NoticeRequest,
): Promise<void> {
  const link = { label: 'See your order', url: orderUrl(app, request.order) };
  await toShopper(tx, app, { ...request, mail: writeNotice(request, link), opensOrder: true });
}

type ToSend = {
  order: OrderWithLines;
  kind: string;
  /** What makes it another mail than those of its kind about the same order; the order if left out. */
  entityId?: string;
  mail: RenderedMail;
  now: Date;
};

export async function toShopper(
  tx: Tx,
  app: App,
  mail: ToSend & { opensOrder: boolean },
): Promise<void> {
  await send(tx, app, [forShopper(app, mail)]);
}

async function toShop(tx: Tx, app: App, mail: ToSend): Promise<void> {
  await send(tx, app, [forShop(app, mail)]);
}

function forShopper(app: App, toSend: ToSend & { opensOrder: boolean }): MailRequest {
  const { order, kind, entityId = order.id, mail, opensOrder, now } = toSend;
  return {
    ...mail,
    key: `${kind}/${entityId}`,
    kind,
    orderId: order.id,
    recipient: order.customerSnapshot.email,
    replyTo: app.config.mail.contactTo,
    secret: opensOrder ? newToken(app) : null,
    now,
  };
}

function forShop(app: App, toSend: ToSend): MailRequest {
  const { order, kind, entityId = order.id, mail, now } = toSend;
  return {
    ...mail,
    key: `${kind}/${entityId}`,
    kind,
    orderId: order.id,
    recipient: app.config.mail.orderNotificationTo,
    replyTo: order.customerSnapshot.email,
    secret: null,
    now,
  };
}

/**
 * A mail that opens the order carries a grant of its own, so that one leaked mail can be told from the others. One that
 * exists already brings no grant: it would only push an older link out.
 */
async function send(tx: Tx, app: App, mails: readonly MailRequest[]): Promise<void> {
  const areNew = await enqueueMails(tx, app, mails);
  const grants = mails.flatMap(({ orderId, kind, secret, now }, index) =>
    areNew[index] !== true || orderId === null || secret === null
      ? []
      : [{ orderId, purpose: `mail:${kind}`, token: secret, now }],
  );
  await keepGrants(tx, app, grants);
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
