import { inTx, readNow, type Reader } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { findCustomer, type PersonalCustomer, type Shopper } from '../../accounts/index.ts';
import { recordAudit } from '../../audit/index.ts';
import { exportMessages } from '../../content/index.ts';
import { exportHolds } from '../../inventory/index.ts';
import { viewTickets } from '../../kuji/index.ts';
import { exportOrders } from '../../orders/index.ts';
import { exportMails } from '../../outbox/index.ts';
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

/** The same for the person himself. @throws Problem CUSTOMER_NOT_FOUND: who never bought anything is no customer yet */
export async function exportOwnData(app: App, shopper: Shopper): Promise<PersonalData> {
  const { db } = app.database;
  const customer =
    (await findCustomer(db, { userId: shopper.userId })) ??
    // Bought as a guest, before the account: the e-mail is verified.
    (await findCustomer(db, { email: shopper.email }));
  // Under the same address, but bound to another account.
  const isForeign = customer?.userId !== null && customer?.userId !== shopper.userId;
  if (!customer || isForeign) throw new Problem(privacyProblems.CUSTOMER_NOT_FOUND);
  return collect(db, app, customer, await readNow(app));
}

async function collect(
  reader: Reader,
  app: Pick<App, 'storage'>,
  customer: PersonalCustomer,
  now: Date,
): Promise<PersonalData> {
  const person = { customerId: customer.id, email: customer.email, userId: customer.userId };
  const orders = await exportOrders(reader, person);
  const orderIds = orders.map(({ id }) => id);
  const { id, email, firstName, lastName, phone } = customer;
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
