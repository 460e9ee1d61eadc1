import type { Reader } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { sha256Hex } from '../../../kernel/hash.ts';
import type { FeaturedOrder } from '../catalog.collections-contract.ts';
import { loadFeatured } from '../queries/featured-order.ts';
import { presentPrimaryImage } from './present-admin-product.ts';

/** The featured products in their order; without such a collection an empty list. */
export async function showFeaturedOrder(app: App): Promise<FeaturedOrder> {
  return readFeaturedOrder(app.database.db, app);
}

/** Step: the same, also inside the transaction that changes it. */
export async function readFeaturedOrder(
  reader: Reader,
  deps: Pick<App, 'storage'>,
): Promise<FeaturedOrder> {
  const rows = await loadFeatured(reader);
  return {
    items: rows.map(({ image, ...row }) => ({
      ...row,
      primaryImage: presentPrimaryImage(image, deps.storage),
    })),
    membershipSignature: signMembers(rows.map((row) => row.id)),
  };
}

/** Tells whether the members are still the same; their order does not matter. Nobody is kept from making one up. */
export function signMembers(productIds: readonly string[]): string {
  return sha256Hex(productIds.toSorted().join('\n'));
}
