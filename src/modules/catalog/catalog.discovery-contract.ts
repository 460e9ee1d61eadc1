import { z } from 'zod';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { DEFAULT_PAGE_SIZE, productCardSchema, productSchema } from './catalog.contract.ts';
import { catalogProblems } from './catalog.problems.ts';

const cards = z.array(productCardSchema);

export const showHomeRoute = defineRoute({
  operationId: 'showHome',
  method: 'get',
  path: '/api/v1/home',
  summary: 'What the shop shows first',
  description:
    '`featured`: up to 24 products in the order of the collection `featured`. `trendingNow`: up to 8 in demand, ' +
    'without sold-out ones. `allProductsPreview`: the 16 newest.',
  isCached: true,
  tag: 'Catalogue',
  replies: {
    200: z.object({
      featured: cards.max(24),
      trendingNow: cards.max(8),
      allProductsPreview: cards.max(16),
    }),
  },
});

export const recommendProductsRoute = defineRoute({
  operationId: 'recommendProducts',
  method: 'get',
  path: '/api/v1/products/:slug/recommendations',
  summary: 'Products that go with one',
  description:
    'Those that can be bought and share most with the product: collections, tags, type, price. The newest fill up.',
  isCached: true,
  tag: 'Catalogue',
  params: z.object({ slug: z.string() }),
  query: z.object({ limit: limitQuery({ fallback: 4, max: 12 }) }),
  replies: {
    200: z.object({
      items: cards,
      meta: z.object({ count: z.int().min(0), limit: z.int().min(1) }),
    }),
  },
  problems: [catalogProblems.PRODUCT_NOT_FOUND],
});

/** A page of text pasted into the box is no search. */
const searchText = z.string().max(200).optional().default('');

export const searchProductsRoute = defineRoute({
  operationId: 'searchProducts',
  method: 'get',
  path: '/api/v1/search',
  summary: 'Search products',
  description:
    'Finds words of names, tags, SKUs and descriptions: without regard to case and accents, in singular and plural, ' +
    'by the beginning of the last word, misspelt, and in Chinese, Japanese and Korean by any two neighbouring ' +
    'characters. `"a phrase"`, `-without` and `this or that` are understood. Fewer than two characters find nothing.',
  isCached: true,
  tag: 'Catalogue',
  query: z.object({
    q: searchText,
    cursor: cursorQuery,
    limit: limitQuery({ fallback: DEFAULT_PAGE_SIZE, max: 50 }),
  }),
  replies: { 200: z.object({ items: cards, nextCursor: z.string().nullable() }) },
});
export type SearchProductsQuery = z.output<typeof searchProductsRoute.query>;

export const suggestionSchema = productSchema
  .pick({ id: true, name: true, slug: true, priceCents: true, currency: true })
  .extend({ thumbnailUrl: z.url().nullable() });
export type Suggestion = z.infer<typeof suggestionSchema>;

export const suggestProductsRoute = defineRoute({
  operationId: 'suggestProducts',
  method: 'get',
  path: '/api/v1/search/autocomplete',
  summary: 'Products that a text being typed may become',
  description:
    'Each word may be the beginning of a longer one. Names that are the text, or begin with it, come first.',
  isCached: true,
  tag: 'Catalogue',
  query: z.object({ q: searchText, limit: limitQuery({ fallback: 5, max: 10 }) }),
  replies: { 200: z.object({ items: z.array(suggestionSchema) }) },
});
export type SuggestProductsQuery = z.output<typeof suggestProductsRoute.query>;
