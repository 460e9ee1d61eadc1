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
  COLLECTION_SLUG_TAKEN: { status: 409, message: 'Another collection already has that slug.' },
  TAG_SLUG_TAKEN: { status: 409, message: 'Another tag already has that slug.' },
});
