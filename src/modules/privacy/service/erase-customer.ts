import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { anonymiseCustomer, findCustomer, type PersonalCustomer } from '../../accounts/index.ts';
import { recordAudit } from '../../audit/index.ts';
import { deleteMessagesOf } from '../../content/index.ts';
import { isSettled, lockOrdersOf, type PersonalOrder } from '../../orders/index.ts';
import { eraseMails, eraseSuppression } from '../../outbox/index.ts';
import { findOrdersWithRefundsUnderWay } from '../../refunds/index.ts';
import { privacyProblems } from '../privacy.problems.ts';
import { eraseOrders } from './erase-orders.ts';

export type Erasure = {
  id: string;
  erasedAt: string;
  orders: number;
  mails: number;
  messages: number;
  accountId: string | null;
};

/**
 * Takes a person out of everything that is kept, in one transaction. What the law wants of a sale stays without him. The
 * audit entry says that it happened and how much it was, and nothing of what was erased.
 *
 * @throws Problem CUSTOMER_NOT_FOUND, CUSTOMER_ERASED, CUSTOMER_IS_STAFF, ERASURE_NOT_CONFIRMED, ORDERS_NOT_SETTLED,
 *   CUSTOMER_CHANGED
 */
export function eraseCustomer(
  app: App,
  request: { customerId: string; confirm: string; actor: string; requestId: string | null },
): Promise<Erasure> {
  return inTx(app, 'eraseCustomer', async (tx, now) => {
    const customer = await requireErasable(tx, request);
    const person = { customerId: customer.id, email: customer.email, userId: customer.userId };
    // Orders before the customer, as everywhere: whoever finalises an order has it locked when it looks for its customer.
    const orders = await lockOrdersOf(tx, person);
    await requireSettled(tx, orders);
    const orderIds = orders.map(({ id }) => id);
    const ofOrders = await eraseOrders(tx, { orderIds, now });
    const keys = await deleteMessagesOf(tx, customer.email);
    const others = await eraseMails(tx, { email: customer.email, orderIds: [], keys }, now);
    await eraseSuppression(tx, app, customer.email);
    const isErased = await anonymiseCustomer(tx, { customer, now });
    if (!isErased) throw new Problem(privacyProblems.CUSTOMER_CHANGED);
    const counts = {
      orders: orderIds.length,
      mails: ofOrders.mails + others,
      messages: keys.length,
    };
    await recordAudit(tx, {
      id: app.newId(),
      actor: request.actor,
      action: 'customer.erased',
      targetType: 'customer',
      targetId: customer.id,
      before: null,
      after: counts,
      requestId: request.requestId,
    });
    return {
      id: customer.id,
      erasedAt: now.toISOString(),
      ...counts,
      accountId: customer.userId,
    };
  });
}

async function requireErasable(
  tx: Tx,
  request: { customerId: string; confirm: string },
): Promise<PersonalCustomer> {
  const customer = await findCustomer(tx, { id: request.customerId });
  if (!customer) throw new Problem(privacyProblems.CUSTOMER_NOT_FOUND);
  if (customer.erasedAt !== null) throw new Problem(privacyProblems.CUSTOMER_ERASED);
  if (customer.role === 'admin' || customer.role === 'staff') {
    throw new Problem(privacyProblems.CUSTOMER_IS_STAFF);
  }
  if (request.confirm.trim().toLowerCase() !== customer.email) {
    throw new Problem(privacyProblems.ERASURE_NOT_CONFIRMED);
  }
  return customer;
}

async function requireSettled(tx: Tx, orders: readonly PersonalOrder[]): Promise<void> {
  const waiting = new Set(
    await findOrdersWithRefundsUnderWay(
      tx,
      orders.map(({ id }) => id),
    ),
  );
  const open = orders.filter((order) => !isSettled(order) || waiting.has(order.id));
  if (open.length === 0) return;
  throw new Problem(privacyProblems.ORDERS_NOT_SETTLED, {
    details: {
      orders: open.map(({ id, publicId, status }) => ({
        publicId,
        status,
        refundUnderWay: waiting.has(id),
      })),
    },
  });
}
