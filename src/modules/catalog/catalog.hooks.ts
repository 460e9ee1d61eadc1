import type { ProductType } from '../../db/schema/catalog.ts';
import { defineHook } from '../../kernel/hooks.ts';

/**
 * A product row was inserted. Whoever keeps stock of kuji products gives it a row of its own here.
 */
export const productCreated = defineHook<{
  now: Date;
  actor: string;
  productId: string;
  productType: ProductType;
  /** Of a kuji product's tickets; a standard product's variants have their own. */
  lowStockThreshold: number;
}>('catalog.product-created');

/** A variant of a standard product was inserted; it has no stock row yet. */
export const variantCreated = defineHook<{
  now: Date;
  actor: string;
  productId: string;
  variantId: string;
  onHand: number;
  lowStockThreshold: number;
}>('catalog.variant-created');

/** A product went on sale: created as active, or changed from draft or archived to active. */
export const productActivated = defineHook<{ now: Date; actor: string; productId: string }>(
  'catalog.product-activated',
);

/**
 * The ticket price of a kuji product was changed. Whoever promised the old one to buyers promises anew here, or refuses.
 */
export const kujiPriceChanging = defineHook<{ now: Date; actor: string; productId: string }>(
  'catalog.kuji-price-changing',
);

/** A variant is about to be removed. Whoever keeps its stock ends that here, or refuses. */
export const variantRemoving = defineHook<{
  now: Date;
  actor: string;
  productId: string;
  variantId: string;
}>('catalog.variant-removing');
