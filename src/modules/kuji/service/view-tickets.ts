import { and, asc, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { kujiPrizes, kujiSets, kujiTickets } from '../../../db/schema/kuji.ts';
import type { StoragePort } from '../../../integrations/supabase/storage-port.ts';
import { loadProductRefs, type ProductRef } from '../../catalog/index.ts';
import type { Ticket } from '../kuji.contract.ts';

/**
 * Tickets of these orders as their owners, guests and the shop may see them, by creation, then id. The prize of a closed
 * ticket is not even read from the database.
 */
export async function viewTickets(
  reader: Reader,
  storage: StoragePort,
  orderIds: readonly string[],
): Promise<Ticket[]> {
  if (orderIds.length === 0) return [];
  const rows = await loadTickets(reader, orderIds);
  const products = await loadProductRefs(
    reader,
    rows.map((row) => row.productId),
  );
  return rows.map(({ productId, prize, ...ticket }) => {
    const product = products.get(productId);
    if (!product) throw new Error(`Ticket ${ticket.id} is of the unknown product ${productId}.`);
    return {
      id: ticket.id,
      ticketNumber: ticket.ticketNumber,
      revealedAt: ticket.revealedAt?.toISOString() ?? null,
      voidedAt: ticket.voidedAt?.toISOString() ?? null,
      voidReason: ticket.voidReason,
      prize,
      kujiProduct: presentProduct(product, storage),
      createdAt: ticket.createdAt.toISOString(),
    };
  });
}

function loadTickets(reader: Reader, orderIds: readonly string[]) {
  return reader
    .select({
      id: kujiTickets.id,
      ticketNumber: kujiTickets.ticketNumber,
      productId: kujiSets.productId,
      revealedAt: kujiTickets.revealedAt,
      voidedAt: kujiTickets.voidedAt,
      voidReason: kujiTickets.voidReason,
      createdAt: kujiTickets.createdAt,
      prize: {
        id: kujiPrizes.id,
        name: kujiPrizes.name,
        description: kujiPrizes.description,
        imageUrl: kujiPrizes.imageUrl,
        prizeCode: kujiPrizes.prizeCode,
        prizeTier: kujiPrizes.prizeTier,
      },
    })
    .from(kujiTickets)
    .innerJoin(kujiSets, eq(kujiSets.id, kujiTickets.setId))
    .leftJoin(
      kujiPrizes,
      and(eq(kujiPrizes.id, kujiTickets.prizeId), isNotNull(kujiTickets.revealedAt)),
    )
    .where(inArray(kujiTickets.orderId, [...orderIds]))
    .orderBy(asc(kujiTickets.createdAt), asc(kujiTickets.id));
}

function presentProduct(product: ProductRef, storage: StoragePort): Ticket['kujiProduct'] {
  const { id, name, slug, imageStorageKey, imageAltText } = product;
  return {
    id,
    name,
    slug,
    imageUrl: imageStorageKey === null ? null : storage.publicUrl(imageStorageKey),
    imageAltText: imageAltText ?? name,
  };
}

/**
 * Whether an order may be said to include a Last One: to the shop as soon as it is awarded, to its owner once that ticket
 * is opened, so that the flag does not tell what is inside.
 */
export async function includesLastOne(
  reader: Reader,
  orderId: string,
  audience: 'shop' | 'owner',
): Promise<boolean> {
  const [ticket] = await reader
    .select({ id: kujiTickets.id })
    .from(kujiTickets)
    .where(
      and(
        eq(kujiTickets.orderId, orderId),
        eq(kujiTickets.kind, 'last_one'),
        isNull(kujiTickets.voidedAt),
        audience === 'shop' ? undefined : isNotNull(kujiTickets.revealedAt),
      ),
    )
    .limit(1);
  return ticket !== undefined;
}

/** Which of these orders a Last One was awarded to, opened or not; for the shop's eyes. */
export async function findOrdersWithLastOne(
  reader: Reader,
  orderIds: readonly string[],
): Promise<Set<string>> {
  if (orderIds.length === 0) return new Set();
  const rows = await reader
    .select({ orderId: kujiTickets.orderId })
    .from(kujiTickets)
    .where(
      and(
        inArray(kujiTickets.orderId, [...orderIds]),
        eq(kujiTickets.kind, 'last_one'),
        isNull(kujiTickets.voidedAt),
      ),
    );
  return new Set(rows.map(({ orderId }) => orderId));
}
