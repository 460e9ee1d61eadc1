import type { Reader, Tx } from '../../../db/client.ts';
import { Problem } from '../../../kernel/problems.ts';
import { loadProductRefs, type ProductRef } from '../../catalog/index.ts';
import { lockKujiInventory } from '../../inventory/index.ts';
import { kujiProblems } from '../kuji.problems.ts';
import { lockProductSet, type KujiSet } from '../queries/lock-sets.ts';

/** A set under its lock, with what decides whether it may be edited. */
export type Box = {
  product: ProductRef;
  set: KujiSet;
  /** A ticket is held or sold, or the set's time is over: quantities, codes and tiers stay as they are. */
  isFrozen: boolean;
};

/**
 * Step: locks a box for editing, the named set of the product or its newest. The stock row comes first, as in a checkout,
 * so nobody can take a hold between the look at what is held and the edit.
 *
 * @throws Problem KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export async function lockBox(
  tx: Tx,
  request: { productId: string; setId: string | null },
): Promise<Box> {
  const { productId, setId } = request;
  const stock = await lockKujiInventory(tx, productId);
  const set = await lockProductSet(tx, productId, setId);
  // Read after the locks: a product that goes on sale at the same time has sealed its box by now, or will find our edit.
  const product = await requireKujiProduct(tx, productId);
  if (!stock || !set) throw new Error(`Kuji product ${productId} has no stock row or no set.`);
  return { product, set, isFrozen: isFrozen(set, stock.reserved) };
}

function isFrozen(set: KujiSet, heldTickets: number): boolean {
  switch (set.state) {
    case 'draft':
      return false;
    case 'open':
      return heldTickets > 0 || set.drawCount > 0;
    case 'sold_out':
    case 'closed':
      return true;
  }
}

/** @throws Problem KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI */
export async function requireKujiProduct(reader: Reader, productId: string): Promise<ProductRef> {
  const product = (await loadProductRefs(reader, [productId])).get(productId);
  if (!product) throw new Problem(kujiProblems.KUJI_PRODUCT_NOT_FOUND);
  if (product.productType !== 'kuji') throw new Problem(kujiProblems.PRODUCT_IS_NOT_KUJI);
  return product;
}
