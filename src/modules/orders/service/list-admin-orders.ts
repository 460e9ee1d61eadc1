import { z } from 'zod';
import type { App } from '../../../kernel/app.ts';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import { findOrdersWithLastOne } from '../../kuji/index.ts';
import type { ListOrdersQuery, OrderListItem, OrderSort } from '../orders.admin-contract.ts';
import { loadOrderPage, type OrderPageRow } from '../queries/load-order-page.ts';
import { presentCustomer, viewCustomersForStaff } from './view-customer.ts';
import { viewAttention } from './view-order.ts';

export type OrderPage = { items: OrderListItem[]; nextCursor: string | null };

/** One page of the orders that fit the filters; a cursor that does not fit the sort means page one. */
export async function listAdminOrders(app: App, query: ListOrdersQuery): Promise<OrderPage> {
  const { sort, cursor, limit, ...filters } = query;
  const { db } = app.database;
  const rows = await loadOrderPage(db, {
    filters,
    sort,
    after: decodeCursor(cursor, positionOf(sort)),
    // One more than shown tells whether there is a next page.
    count: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const withLastOne = await findOrdersWithLastOne(
    db,
    shown.map(({ id }) => id),
  );
  const customers = await viewCustomersForStaff(db, shown);
  return {
    items: shown.map((row) =>
      presentItem(row, customers.get(row.id) ?? presentCustomer(row), withLastOne.has(row.id)),
    ),
    nextCursor:
      last === undefined || rows.length === shown.length
        ? null
        : encodeCursor({ sort, value: last.sortValue, id: last.id }),
  };
}

/** With its sort, so that a page of rising totals does not pass for one of falling ones. */
function positionOf(sort: OrderSort) {
  const value =
    sort === 'date_desc' || sort === 'date_asc' ? cursorInstant : z.int().min(0).max(2_147_483_647);
  return z.strictObject({ sort: z.literal(sort), value, id: z.guid() });
}

function presentItem(
  row: OrderPageRow,
  { id, email, firstName, lastName }: OrderListItem['customer'],
  includesLastOnePrize: boolean,
): OrderListItem {
  return {
    id: row.id,
    publicId: row.publicId,
    status: row.status,
    attention: viewAttention(row) ?? null,
    customerNote: row.customerNote,
    includesLastOnePrize,
    totalCents: row.totalCents,
    currency: 'CAD',
    placedAt: row.placedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    customer: { id, email, firstName, lastName },
  };
}
