import { validationFailed } from '../../../kernel/problems.ts';
import { MAX_QUANTITY, type CheckoutItem } from '../checkout.contract.ts';

/** One line per thing in the cart, sorted by id, so that equal carts look equal and locks are taken in one order. */
export type CartLine = { productId: string; variantId: string | null; quantity: number };

/**
 * Adds up lines of the same product and variant. The limit per line holds after adding: fifty lines of one product would
 * otherwise be a thousand units.
 * @throws Problem VALIDATION_FAILED naming the line that goes over the limit
 */
export function mergeLines(items: readonly CheckoutItem[]): CartLine[] {
  const lines = new Map<string, CartLine>();
  for (const [index, item] of items.entries()) {
    const productId = item.productId.toLowerCase();
    const variantId = item.productVariantId?.toLowerCase() ?? null;
    const key = `${productId}/${variantId ?? ''}`;
    const quantity = (lines.get(key)?.quantity ?? 0) + item.quantity;
    if (quantity > MAX_QUANTITY) {
      throw validationFailed({
        [`items.${String(index)}.quantity`]: [
          `Must be at most ${String(MAX_QUANTITY)} of one item.`,
        ],
      });
    }
    lines.set(key, { productId, variantId, quantity });
  }
  return [...lines.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}
