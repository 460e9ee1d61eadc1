import { Problem } from '../../../kernel/problems.ts';
import type { Sellable } from '../checkout.queries.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import type { CartLine } from './merge-lines.ts';

/** A cart line with everything that an order line and a hold need, at the shop's price of this moment. */
export type PricedLine = {
  productId: string;
  variantId: string | null;
  productName: string;
  productType: Sellable['productType'];
  variantName: string | null;
  variantSku: string | null;
  slug: string;
  description: string | null;
  unitPriceCents: number;
  quantity: number;
  inventoryId: string;
  kujiSetId: string | null;
  purchaseLimit: number | null;
  /** As read just now: informs the answer, decides nothing. */
  available: number;
};

/**
 * Finds what each line sells and refuses what cannot be sold. `own` is what the shopper holds already and gives up for
 * these lines: inventory id → units.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_NOT_AVAILABLE, PRODUCT_VARIANT_*, KUJI_TICKETS_UNAVAILABLE, KUJI_SALES_PAUSED
 */
export function priceLines(
  lines: readonly CartLine[],
  sellables: readonly Sellable[],
  own: ReadonlyMap<string, number> = new Map(),
): PricedLine[] {
  const priced = lines.map((line) => {
    const found = priceLine(line, sellables);
    return { ...found, available: found.available + (own.get(found.inventoryId) ?? 0) };
  });
  const short = priced.filter((line) => line.available < line.quantity);
  if (short.length > 0) throw outOfStock(short);
  return priced;
}

/** 409 that says which lines are short and how much is left of them. */
export function outOfStock(short: readonly PricedLine[]): Problem {
  const isKuji = short.every((line) => line.productType === 'kuji');
  const spec = isKuji
    ? checkoutProblems.KUJI_TICKETS_UNAVAILABLE
    : checkoutProblems.PRODUCT_VARIANT_OUT_OF_STOCK;
  return new Problem(spec, {
    details: {
      lines: short.map((line) => ({
        productId: line.productId,
        productVariantId: line.variantId,
        requested: line.quantity,
        available: Math.min(line.available, line.quantity),
      })),
    },
  });
}

function priceLine(line: CartLine, sellables: readonly Sellable[]): PricedLine {
  const choices = sellables.filter((sellable) => sellable.productId === line.productId);
  const [product] = choices;
  const where = { productId: line.productId, productVariantId: line.variantId };
  const refuse = (spec: (typeof checkoutProblems)[keyof typeof checkoutProblems]) =>
    new Problem(spec, { details: { lines: [where] } });

  if (!product) throw refuse(checkoutProblems.PRODUCT_NOT_FOUND);
  if (product.productStatus !== 'active') throw refuse(checkoutProblems.PRODUCT_NOT_AVAILABLE);
  const isKuji = product.productType === 'kuji';
  if (isKuji && line.variantId !== null) throw refuse(checkoutProblems.PRODUCT_VARIANT_MISMATCH);
  if (!isKuji && line.variantId === null) throw refuse(checkoutProblems.PRODUCT_VARIANT_REQUIRED);

  const chosen = choices.find((sellable) => sellable.variantId === line.variantId);
  if (!chosen) {
    const isOfAnother = sellables.some((sellable) => sellable.variantId === line.variantId);
    throw refuse(
      isOfAnother
        ? checkoutProblems.PRODUCT_VARIANT_MISMATCH
        : checkoutProblems.PRODUCT_VARIANT_NOT_FOUND,
    );
  }
  if (chosen.variantIsActive === false) throw refuse(checkoutProblems.PRODUCT_VARIANT_INACTIVE);
  if (isKuji && chosen.kujiSetId === null) throw refuse(checkoutProblems.KUJI_TICKETS_UNAVAILABLE);
  if (chosen.isPaused) throw refuse(checkoutProblems.KUJI_SALES_PAUSED);
  if (chosen.inventoryId === null) throw new Error(`Product ${line.productId} has no stock row.`);

  return {
    productId: chosen.productId,
    variantId: chosen.variantId,
    productName: chosen.productName,
    productType: chosen.productType,
    variantName: chosen.variantName,
    variantSku: chosen.variantSku,
    slug: chosen.slug,
    description: chosen.description,
    unitPriceCents: chosen.unitPriceCents,
    quantity: line.quantity,
    inventoryId: chosen.inventoryId,
    kujiSetId: chosen.kujiSetId,
    purchaseLimit: chosen.purchaseLimit,
    available: chosen.available,
  };
}
