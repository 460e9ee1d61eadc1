import { defineProblems } from '../../kernel/problems.ts';

export const catalogProblems = defineProblems({
  PRODUCT_NOT_FOUND: { status: 404, message: 'This product does not exist or is not on sale.' },
  PRODUCT_HAS_NO_VARIANTS: {
    status: 422,
    message: 'A kuji product has tickets and prizes, not variants.',
  },
  PRODUCT_VARIANT_DUPLICATE_NAME: {
    status: 409,
    message: 'This product already has a variant with that name.',
  },
  PRODUCT_VARIANT_DUPLICATE_SKU: {
    status: 409,
    message: 'Another product or variant already has that SKU.',
  },
  PRODUCT_VARIANT_NOT_FOUND: { status: 404, message: 'This product has no such variant.' },
  PRODUCT_VARIANT_INACTIVE: {
    status: 409,
    message: 'An inactive variant cannot be the default. Activate it first.',
  },
  PRODUCT_VARIANT_DEFAULT_REQUIRED: {
    status: 409,
    message: 'A product needs an active default variant. Make another variant the default first.',
  },
  PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS: {
    status: 409,
    message: 'Somebody is paying for this variant just now. Deactivate it instead, or try later.',
  },
  PRODUCT_VARIANT_HAS_HISTORY: {
    status: 409,
    message: 'Orders refer to this variant, so it can only be deactivated.',
  },
  PRODUCT_SLUG_TAKEN: {
    status: 409,
    message: 'Another product has that address, or had it once.',
  },
  PRODUCT_CHANGED: {
    status: 409,
    message: 'Somebody changed this product in the meantime. Load it again and repeat your edit.',
  },
  COLLECTION_NOT_FOUND: { status: 404, message: 'There is no such collection.' },
  COLLECTION_MEMBERSHIP_CHANGED: {
    status: 409,
    message: 'There are other collections by now. Load them again and repeat the ordering.',
  },
  FEATURED_SLUG_FIXED: {
    status: 409,
    message: 'The storefront finds its featured products by this slug, so it cannot change.',
  },
  FEATURED_STAYS_ACTIVE: {
    status: 409,
    message:
      'The home page shows the products of this collection, so it stays active. Take its products out instead.',
  },
  FEATURED_MEMBERSHIP_CHANGED: {
    status: 409,
    message: 'Other products are featured by now. Load them again and repeat the ordering.',
  },
  TAG_NOT_FOUND: { status: 404, message: 'There is no such tag.' },
  COLLECTION_SLUG_TAKEN: { status: 409, message: 'Another collection already has that slug.' },
  TAG_SLUG_TAKEN: { status: 409, message: 'Another tag already has that slug.' },
});
