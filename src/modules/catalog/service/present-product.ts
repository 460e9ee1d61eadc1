import type { StoragePort } from '../../../integrations/supabase/storage-port.ts';
import { isoTime } from '../../../kernel/epoch-time.ts';
import type { Product } from '../catalog.contract.ts';
import type { DetailRow } from '../queries/load-product-detail.ts';
import { presentCard, presentImage } from './present-card.ts';

/** Last One is an extra for whoever takes the last ticket, never a ticket that is sold. */
const LAST_ONE_TIER = 'LO';

/** A row as the product page shows it: the card's facts, and what the card leaves out. */
export function presentProduct(row: DetailRow, storage: StoragePort): Product {
  const { page, available, box } = row;
  const ticketPrizes = box?.prizes.filter((prize) => prize.prizeTier !== LAST_ONE_TIER) ?? [];
  const card = presentCard(
    {
      card: row.card,
      hasAvailableVariant: available.length > 0,
      box: box && {
        stock: box.stock,
        totalTickets: ticketPrizes.reduce((sum, prize) => sum + prize.initialQuantity, 0),
      },
    },
    storage,
  );
  return {
    ...card,
    images: page.images.map((image) => presentImage(image, storage)),
    sku: page.sku,
    tags: page.tags,
    kujiPrizes: box?.prizes ?? [],
    variants: page.variants.map((variant) => ({
      ...variant,
      isAvailable: available.includes(variant.id),
    })),
    priceRange: {
      minCents: card.minPriceCents,
      maxCents: card.maxPriceCents,
      isRange: card.hasPriceRange,
    },
    ...(box === null ? {} : { soldUnopenedTickets: box.soldUnopened }),
    ...(page.purchaseLimit === null ? {} : { purchaseLimit: page.purchaseLimit }),
    createdAt: isoTime(row.card.createdAt),
  };
}
