import type { StoragePort } from '../../../integrations/supabase/storage-port.ts';
import { CURRENCY } from '../../../kernel/money.ts';
import type { AdminProduct, AdminProductItem } from '../catalog.admin-contract.ts';
import type { AdminListedRow } from '../queries/load-admin-product-page.ts';
import type { AdminDetailRow } from '../queries/load-admin-product.ts';
import type { AdminProductRow } from '../queries/select-admin-product.ts';
import { presentImage } from './present-card.ts';

export function presentAdminItem(row: AdminListedRow, storage: StoragePort): AdminProductItem {
  return { ...presentOwn(row), primaryImage: presentPrimaryImage(row.image, storage) };
}

export function presentAdminProduct(row: AdminDetailRow, storage: StoragePort): AdminProduct {
  return {
    ...presentOwn(row),
    description: row.description,
    images: row.images.map((image) => presentImage(image, storage)),
    kujiPrizes: row.prizes,
    variants: row.variants,
    purchaseLimit: row.purchaseLimit,
    version: row.version,
    createdAt: row.createdAt,
  };
}

export function presentPrimaryImage(
  image: { storageKey: string; altText: string | null } | null,
  storage: StoragePort,
): AdminProductItem['primaryImage'] {
  return image === null ? null : { ...image, url: storage.publicUrl(image.storageKey) };
}

function presentOwn(row: AdminProductRow) {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    productType: row.productType,
    status: row.status,
    priceCents: row.priceCents,
    currency: CURRENCY,
    sku: row.sku,
    collections: row.collections,
    inventory: row.inventory,
    tags: row.tags,
    updatedAt: row.updatedAt,
  } as const;
}
