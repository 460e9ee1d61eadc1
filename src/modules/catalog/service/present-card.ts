import type { StoragePort } from '../../../integrations/supabase/storage-port.ts';
import { isoTime } from '../../../kernel/epoch-time.ts';
import { CURRENCY } from '../../../kernel/money.ts';
import type { ProductCard, ProductImage } from '../catalog.contract.ts';
import type { CardRow, ImageRow } from '../queries/select-card.ts';

/** A row as the card that lists, home, search and recommendations show. */
export function presentCard(
  { card, hasAvailableVariant, box }: CardRow,
  storage: StoragePort,
): ProductCard {
  const stock = box?.stock ?? null;
  const inventory = stock === null ? null : { ...stock, available: stock.onHand - stock.reserved };
  return {
    id: card.id,
    name: card.name,
    slug: card.slug,
    description: card.description,
    updatedAt: isoTime(card.updatedAt),
    productType: card.productType,
    status: card.status,
    priceCents: card.priceCents,
    minPriceCents: card.minPriceCents,
    maxPriceCents: card.maxPriceCents,
    hasPriceRange: card.minPriceCents < card.maxPriceCents,
    isSoldOut:
      box === null ? hasAvailableVariant !== true : inventory === null || inventory.available === 0,
    defaultVariantId: card.defaultVariantId,
    hasVariantChoices: card.activeVariants > 1,
    currency: CURRENCY,
    collections: card.collections,
    images: card.image === null ? [] : [presentImage(card.image, storage)],
    inventory,
    ...(box === null
      ? {}
      : {
          ticketSummary: {
            // Sold tickets are gone from here at once; which prize went with them is not told (see kujiPrizes).
            remainingTickets: stock?.onHand ?? 0,
            totalTickets: box.totalTickets,
          },
        }),
  };
}

export function presentImage(image: ImageRow, storage: StoragePort): ProductImage {
  return { ...image, url: storage.publicUrl(image.storageKey) };
}
