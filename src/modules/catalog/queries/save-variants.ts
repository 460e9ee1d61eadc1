import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { variants } from '../../../db/schema/catalog.ts';
import { writeSku } from './save-skus.ts';

export type StoredVariant = {
  id: string;
  name: string;
  sku: string | null;
  priceCents: number;
  isActive: boolean;
  isDefault: boolean;
  sortOrder: number;
};

/** One of the product's variants; null if it has no such variant (any more). The product must be locked. */
export async function loadVariant(
  tx: Tx,
  productId: string,
  variantId: string,
): Promise<StoredVariant | null> {
  const [variant] = await tx
    .select(STORED_COLUMNS)
    .from(variants)
    .where(
      and(
        eq(variants.id, variantId),
        eq(variants.productId, productId),
        isNull(variants.removedAt),
      ),
    );
  return variant ?? null;
}

/** The default variant of a standard product; null for a kuji. The product must be locked. */
export async function loadDefaultVariant(tx: Tx, productId: string): Promise<StoredVariant | null> {
  const [variant] = await tx
    .select(STORED_COLUMNS)
    .from(variants)
    .where(and(eq(variants.productId, productId), eq(variants.isDefault, true)));
  return variant ?? null;
}

const STORED_COLUMNS = {
  id: variants.id,
  name: variants.name,
  sku: variants.sku,
  priceCents: variants.priceCents,
  isActive: variants.isActive,
  isDefault: variants.isDefault,
  sortOrder: variants.sortOrder,
};

/** True if one of the product's other variants has the name, as the unique index compares them. */
export async function hasVariantNamed(
  tx: Tx,
  wanted: { productId: string; name: string; exceptId: string | null },
): Promise<boolean> {
  const found = await tx
    .select({ id: variants.id })
    .from(variants)
    .where(
      and(
        eq(variants.productId, wanted.productId),
        isNull(variants.removedAt),
        sql`lower(btrim(${variants.name})) = lower(btrim(${wanted.name}::text))`,
        wanted.exceptId === null ? undefined : ne(variants.id, wanted.exceptId),
      ),
    );
  return found.length > 0;
}

/** Where a new variant stands: behind the others. The product must be locked. */
export async function nextVariantSortOrder(tx: Tx, productId: string): Promise<number> {
  const [last] = await tx
    .select({ next: sql<number>`coalesce(max(${variants.sortOrder}) + 1, 0)::int` })
    .from(variants)
    .where(and(eq(variants.productId, productId), isNull(variants.removedAt)));
  return last?.next ?? 0;
}

/** @throws Problem PRODUCT_VARIANT_DUPLICATE_SKU */
export async function insertVariant(tx: Tx, variant: typeof variants.$inferInsert): Promise<void> {
  await writeSku(() => tx.insert(variants).values(variant));
}

/** @throws Problem PRODUCT_VARIANT_DUPLICATE_SKU */
export async function updateVariant(
  tx: Tx,
  variantId: string,
  values: Partial<typeof variants.$inferInsert>,
): Promise<void> {
  await writeSku(() => tx.update(variants).set(values).where(eq(variants.id, variantId)));
}

/** Takes the mark from the product's default variant; the caller gives it to another in the same transaction. */
export async function clearDefault(tx: Tx, productId: string): Promise<void> {
  await tx
    .update(variants)
    .set({ isDefault: false })
    .where(and(eq(variants.productId, productId), eq(variants.isDefault, true)));
}
