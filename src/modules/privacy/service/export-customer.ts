import { inTx, readNow, type Reader } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { findCustomer, type PersonalCustomer } from '../../accounts/index.ts';
import { recordAudit } from '../../audit/index.ts';
import { exportMessages } from '../../content/index.ts';
import { exportHolds } from '../../inventory/index.ts';
import { viewTickets } from '../../kuji/index.ts';
import { exportOrders, exportShipments } from '../../orders/index.ts';
import { exportMails, findSuppressions, presentSuppression } from '../../outbox/index.ts';
import { exportPayments } from '../../payments/index.ts';
import { exportDisputes, exportRefunds, exportSecondPayments } from '../../refunds/index.ts';
import type { PersonalData } from '../privacy.contract.ts';
import { privacyProblems } from '../privacy.problems.ts';

/**
 * Everything that is kept about a customer, for the answer to somebody who asked what we know. That it was looked at is
 * written down with it.
 *
 * @throws Problem CUSTOMER_NOT_FOUND
 */
export function exportCustomer(
  app: App,
  request: { customerId: string; actor: string; requestId: string | null },
): Promise<PersonalData> {
  return inTx(app, 'exportCustomer', async (tx, now) => {
    const customer = await findCustomer(tx, { id: request.customerId });
    if (!customer) throw new Problem(privacyProblems.CUSTOMER_NOT_FOUND);
    await recordAudit(tx, {
      id: app.newId(),
      actor: request.actor,
      action: 'customer.exported',
      targetType: 'customer',
      targetId: customer.id,
      before: null,
      after: null,
      requestId: request.requestId,
    });
    return collect(tx, app, customer, now);
  });
}

/** The same for the person himself. @throws Problem CUSTOMER_NOT_FOUND: erased at this moment */
export async function exportOwnData(
  app: App,
  request: { customerId: string },
): Promise<PersonalData> {
  const { db } = app.database;
  const customer = await findCustomer(db, { id: request.customerId });
  if (!customer) throw new Problem(privacyProblems.CUSTOMER_NOT_FOUND);
  return collect(db, app, customer, await readNow(app));
}

async function collect(
  reader: Reader,
  app: Pick<App, 'storage' | 'config'>,
  customer: PersonalCustomer,
  now: Date,
): Promise<PersonalData> {
  const person = { customerId: customer.id, email: customer.email, userId: customer.userId };
  const orders = await exportOrders(reader, person);
  const orderIds = orders.map(({ id }) => id);
  const { id, email, firstName, lastName, phone } = customer;
  const suppression = (await findSuppressions(reader, app, [email])).get(email);
  const data = {
    exportedAt: now,
    customer: {
      id,
      email,
      firstName,
      lastName,
      phone,
      accountId: customer.userId,
      createdAt: customer.createdAt,
      erasedAt: customer.erasedAt,
    },
    orders,
    holds: await exportHolds(reader, orderIds),
    payments: await exportPayments(reader, orderIds),
    secondPayments: await exportSecondPayments(reader, orderIds),
    refunds: await exportRefunds(reader, orderIds),
    disputes: await exportDisputes(reader, orderIds),
    shipments: await exportShipments(reader, orderIds),
    mailSuppression: suppression ? presentSuppression(suppression) : null,
    mails: await exportMails(reader, email),
    messages: await exportMessages(reader, email),
  };
  return { ...withTexts(data), tickets: await viewTickets(reader, app.storage, orderIds) };
}

/** Instants as the wire has them, at any depth. */
type WithTexts<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? WithTexts<Item>[]
    : T extends object
      ? { [Key in keyof T]: WithTexts<T[Key]> }
      : T;

function withTexts<T>(value: T): WithTexts<T> {
  return JSON.parse(JSON.stringify(value)) as WithTexts<T>;
}
