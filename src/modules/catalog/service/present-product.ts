import type { StoragePort } from '../../../integrations/supabase/storage-port.ts';
import { isoTime } from '../../../kernel/epoch-time.ts';
import type { Product } from '../catalog.contract.ts';
import type { DetailRow } from '../queries/load-product-detail.ts';
import { presentCard, presentImage } from './present-card.ts';

/** Last One is an extra for whoever takes the last ticket, never a ticket that is sold. */
const LAST_ONE_TIER = 'LO';

/** A row as the product page shows it: the card's facts, and what the card leaves out. */
export function presentProduct(row: DetailRow, storage: StoragePort): Product {
  const [images, variants, prizes] = [row.images ?? [], row.variants ?? [], row.prizes ?? []];
  const ticketPrizes = prizes.filter((prize) => prize.prizeTier !== LAST_ONE_TIER);
  const sum = (quantities: number[]): number => quantities.reduce((a, b) => a + b, 0);
  const card = presentCard(
    {
      ...row,
      image: images[0] ?? null,
      defaultVariantId: variants.find((variant) => variant.isDefault)?.id ?? null,
      activeVariants: variants.length,
      hasAvailableVariant: variants.some((variant) => variant.isAvailable),
      totalTickets: sum(ticketPrizes.map((prize) => prize.initialQuantity)),
    },
    storage,
  );
  return {
    ...card,
    images: images.map((image) => presentImage(image, storage)),
    sku: row.sku,
    tags: row.tags ?? [],
    kujiPrizes: prizes,
    variants: variants.map(({ isDefault: _, ...variant }) => variant),
    priceRange: {
      minCents: card.minPriceCents,
      maxCents: card.maxPriceCents,
      isRange: card.hasPriceRange,
    },
    ...(row.productType === 'kuji' ? { soldUnopenedTickets: row.soldUnopened ?? 0 } : {}),
    ...(row.purchaseLimit === null ? {} : { purchaseLimit: row.purchaseLimit }),
    createdAt: isoTime(row.createdAt),
  };
}
