import { and, asc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { orders, type OrderStatus } from '../../../db/schema/orders.ts';
import { guestGrants, orderNotes, shipments } from '../../../db/schema/orders-follow-up.ts';

export type PersonalOrder = {
  id: string;
  publicId: string;
  status: OrderStatus;
  disputedAt: Date | null;
};

const personal = {
  id: orders.id,
  publicId: orders.publicId,
  status: orders.status,
  disputedAt: orders.disputedAt,
};

/** Nothing is owed any more: the goods are out, or the money is back, or it never came. */
const SETTLED: readonly OrderStatus[] = ['shipped', 'refunded', 'cancelled', 'expired'];

/** False while somebody still has to pay, pack, ship, decide or answer a bank: for that the address is needed. */
export function isSettled(order: PersonalOrder): boolean {
  return SETTLED.includes(order.status) && order.disputedAt === null;
}

/** Step: all orders that still tell of this person, also those that were never paid, locked by ascending id. */
export function lockOrdersOf(
  tx: Tx,
  person: { customerId: string; email: string; userId: string | null },
): Promise<PersonalOrder[]> {
  const { customerId, email, userId } = person;
  return tx
    .select(personal)
    .from(orders)
    .where(
      and(
        isNull(orders.erasedAt),
        or(
          eq(orders.customerId, customerId),
          eq(orders.email, email),
          userId === null ? undefined : eq(orders.userId, userId),
        ),
      ),
    )
    .orderBy(asc(orders.id))
    .for('no key update');
}

/** Step: the oldest settled orders whose time is over, locked; what another instance has is left to it. */
export function claimOutdatedOrders(
  tx: Tx,
  request: { paidBefore: Date; unpaidBefore: Date; limit: number },
): Promise<PersonalOrder[]> {
  const { paidBefore, unpaidBefore, limit } = request;
  const isPast = (statuses: OrderStatus[], instant: Date) =>
    and(inArray(orders.status, statuses), lt(orders.createdAt, instant));
  return tx
    .select(personal)
    .from(orders)
    .where(
      and(
        isNull(orders.erasedAt),
        isNull(orders.disputedAt),
        or(
          isPast(['shipped', 'refunded'], paidBefore),
          isPast(['cancelled', 'expired'], unpaidBefore),
        ),
      ),
    )
    .orderBy(asc(orders.createdAt))
    .limit(limit)
    .for('no key update', { skipLocked: true });
}

const GONE = 'Erased';

/** The address without the person: which taxes were right follows from the province. */
const withoutPerson = (column: typeof orders.shippingAddress | typeof orders.billingAddress) => sql`
  jsonb_build_object('fullName', ${GONE}::text, 'line1', ${GONE}::text, 'line2', null, 'city', ${GONE}::text,
    'province', ${column} -> 'province', 'postalCode', ${GONE}::text, 'countryCode', ${column} -> 'countryCode',
    'phone', null)`;

/**
 * Step: takes the person out of these orders, which are locked and settled, and ends every guest's access to them. What
 * colleagues noted goes too, and the number with which a carrier tells where a parcel went. Lines, amounts, taxes, dates
 * and province stay.
 */
export async function anonymiseOrders(
  tx: Tx,
  request: { orderIds: readonly string[]; now: Date },
): Promise<void> {
  const { now } = request;
  const orderIds = [...request.orderIds];
  if (orderIds.length === 0) return;
  const nobody = sql`'erased-' || ${orders.id} || '@erased.invalid'`;
  await tx
    .update(orders)
    .set({
      email: nobody,
      customerSnapshot: sql`jsonb_build_object('email', ${nobody}, 'firstName', null, 'lastName', null, 'phone', null)`,
      shippingAddress: withoutPerson(orders.shippingAddress),
      billingAddress: sql`CASE WHEN ${orders.billingAddress} IS NULL THEN NULL ELSE ${withoutPerson(orders.billingAddress)} END`,
      customerNote: null,
      userId: null,
      browserHash: null,
      erasedAt: now,
    })
    .where(inArray(orders.id, orderIds));
  await tx
    .update(guestGrants)
    .set({ revokedAt: now })
    .where(and(inArray(guestGrants.orderId, orderIds), isNull(guestGrants.revokedAt)));
  await tx.update(orderNotes).set({ text: GONE }).where(inArray(orderNotes.orderId, orderIds));
  await tx
    .update(shipments)
    .set({ trackingNumber: null, trackingUrl: null, isUrlDerived: false })
    .where(inArray(shipments.orderId, orderIds));
}

/** Those of these customers of whom an order still tells. */
export async function findCustomersInOrders(
  tx: Tx,
  customerIds: readonly string[],
): Promise<string[]> {
  if (customerIds.length === 0) return [];
  const found = await tx
    .selectDistinct({ customerId: orders.customerId })
    .from(orders)
    .where(and(isNull(orders.erasedAt), inArray(orders.customerId, [...customerIds])));
  return found.flatMap(({ customerId }) => customerId ?? []);
}
