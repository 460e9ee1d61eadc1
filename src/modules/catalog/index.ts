export {
  collectionRefSchema,
  kujiPrizeSchema,
  productCardSchema,
  productImageSchema,
  productSchema,
  tagSchema,
} from './catalog.contract.ts';
export type {
  Collection,
  CollectionRef,
  KujiPrize,
  Product,
  ProductCard,
  Tag,
} from './catalog.contract.ts';
export {
  kujiPriceChanging,
  productActivated,
  productCreated,
  variantCreated,
  variantRemoving,
} from './catalog.hooks.ts';
export { MAX_PURCHASE_LIMIT } from './catalog.admin-contract.ts';
export { catalogDiscoveryRouter } from './catalog.discovery-router.ts';
export { catalogImagesRouter } from './catalog.images-router.ts';
export { catalogAdminRouter } from './catalog.admin-router.ts';
export { catalogVariantsRouter } from './catalog.variants-router.ts';
export { catalogCollectionsRouter } from './catalog.collections-router.ts';
export { catalogProblems } from './catalog.problems.ts';
export { catalogRouter } from './catalog.router.ts';
export { addProductImage } from './service/add-product-image.ts';
export type { AddProductImageRequest } from './service/add-product-image.ts';
export { addVariant } from './service/add-variant.ts';
export type { AddVariantRequest } from './service/add-variant.ts';
export { changeProduct } from './service/change-product.ts';
export type { ChangeProductRequest } from './service/change-product.ts';
export type { ProductChanges } from './service/save-product-changes.ts';
export { changeVariant } from './service/change-variant.ts';
export type { ChangeVariantRequest, VariantChanges } from './service/change-variant.ts';
export { requireVariant } from './service/require-variant.ts';
export { createCollection } from './service/create-collection.ts';
export type { CreateCollectionRequest } from './service/create-collection.ts';
export { createProduct } from './service/create-product.ts';
export type { CreatedProduct, CreateProductRequest } from './service/create-product.ts';
export { createTag } from './service/create-tag.ts';
export type { CreateTagRequest } from './service/create-tag.ts';
export {
  findSheetProducts,
  loadSheetPage,
  loadSheetProducts,
  loadSlugIds,
} from './queries/load-sheet-products.ts';
export type { SheetProduct, SheetVariant } from './queries/load-sheet-products.ts';
export { loadProductRefs } from './service/load-product-refs.ts';
export type { ProductRef } from './service/load-product-refs.ts';
export { saveTrendingScores } from './queries/save-trending-scores.ts';
export type { TrendingScore } from './queries/save-trending-scores.ts';
export { indexProducts, refreshSearch } from './service/refresh-search.ts';
