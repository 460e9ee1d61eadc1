import type { StoragePort } from '../../../integrations/supabase/storage-port.ts';
import { isoTime } from '../../../kernel/epoch-time.ts';
import { CURRENCY } from '../../../kernel/money.ts';
import type { ProductCard, ProductImage } from '../catalog.contract.ts';
import type { CardRow, ImageRow } from '../queries/select-card.ts';

/** A row as the card that lists, home, search and recommendations show. */
export function presentCard(row: CardRow, storage: StoragePort): ProductCard {
  const isKuji = row.productType === 'kuji';
  const { stock } = row;
  const inventory = stock === null ? null : { ...stock, available: stock.onHand - stock.reserved };
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    description: row.description,
    updatedAt: isoTime(row.updatedAt),
    productType: row.productType,
    status: row.status,
    priceCents: row.priceCents,
    minPriceCents: row.minPriceCents,
    maxPriceCents: row.maxPriceCents,
    hasPriceRange: row.minPriceCents < row.maxPriceCents,
    isSoldOut: isKuji ? (inventory?.available ?? 0) === 0 : row.hasAvailableVariant !== true,
    defaultVariantId: row.defaultVariantId,
    hasVariantChoices: (row.activeVariants ?? 0) > 1,
    currency: CURRENCY,
    collections: row.collections ?? [],
    images: row.image === null ? [] : [presentImage(row.image, storage)],
    inventory,
    ...(isKuji
      ? {
          ticketSummary: {
            // Sold tickets are gone from here at once; which prize went with them is not told (see kujiPrizes).
            remainingTickets: stock?.onHand ?? 0,
            totalTickets: row.totalTickets ?? 0,
          },
        }
      : {}),
  };
}

export function presentImage(image: ImageRow, storage: StoragePort): ProductImage {
  return { ...image, url: storage.publicUrl(image.storageKey) };
}
