import { z } from 'zod';
import { PRODUCT_STATUSES, PRODUCT_TYPES, TAG_TYPES } from '../../db/schema/catalog.ts';
import { defineRoute } from '../../http/route.ts';
import { primaryImageSchema } from './catalog.admin-contract.ts';
import { collectionRefSchema, collectionSchema, tagSchema } from './catalog.contract.ts';
import { catalogProblems } from './catalog.problems.ts';

const name = z.string().trim().min(1, 'Must not be blank.').max(160);
/** Blank: made from the name. */
const slug = z.string().max(180);

export const listAllCollectionsRoute = defineRoute({
  operationId: 'listAllCollections',
  method: 'get',
  path: '/api/v1/admin/collections',
  summary: 'All collections in the order of the shop, inactive ones included',
  tag: 'Admin collections',
  access: 'admin',
  replies: { 200: z.array(collectionSchema) },
});

const collectionFields = {
  name,
  slug,
  description: z.string().max(5_000).nullable(),
  isActive: z.boolean(),
};

export const createCollectionRoute = defineRoute({
  operationId: 'createCollection',
  method: 'post',
  path: '/api/v1/admin/collections',
  summary: 'Create a collection behind all others',
  tag: 'Admin collections',
  access: 'admin',
  body: z.object(collectionFields).partial().required({ name: true }),
  replies: { 201: collectionSchema },
  problems: [catalogProblems.COLLECTION_SLUG_TAKEN],
});

export const changeCollectionRoute = defineRoute({
  operationId: 'changeCollection',
  method: 'patch',
  path: '/api/v1/admin/collections/:id',
  summary: 'Change a collection; it keeps its place',
  description:
    'What is left out stays; a blank slug is made from the name. The slug `featured` cannot change, because the storefront ' +
    'finds its featured products by it.',
  tag: 'Admin collections',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  body: z.object(collectionFields).partial(),
  replies: { 200: collectionSchema },
  problems: [
    catalogProblems.COLLECTION_NOT_FOUND,
    catalogProblems.COLLECTION_SLUG_TAKEN,
    catalogProblems.FEATURED_SLUG_FIXED,
    catalogProblems.FEATURED_STAYS_ACTIVE,
  ],
});

export const reorderCollectionsRoute = defineRoute({
  operationId: 'reorderCollections',
  method: 'patch',
  path: '/api/v1/admin/collections/reorder',
  summary: 'Give all collections a new order',
  description: 'The ids of all collections, each once; anything else is refused.',
  tag: 'Admin collections',
  access: 'admin',
  body: z.object({ collectionIds: z.array(z.uuid()).max(10_000) }),
  replies: { 200: z.array(collectionSchema) },
  problems: [catalogProblems.COLLECTION_MEMBERSHIP_CHANGED],
});

export const featuredOrderSchema = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      productType: z.enum(PRODUCT_TYPES),
      status: z.enum(PRODUCT_STATUSES),
      sortOrder: z.int().min(0),
      collections: z.array(collectionRefSchema),
      primaryImage: primaryImageSchema.nullable(),
    }),
  ),
  /** Depends on which products are members, not on their order. */
  membershipSignature: z.string().min(1),
});
export type FeaturedOrder = z.infer<typeof featuredOrderSchema>;

export const showFeaturedOrderRoute = defineRoute({
  operationId: 'showFeaturedOrder',
  method: 'get',
  path: '/api/v1/admin/collections/featured/order',
  summary: 'The featured products in their order, drafts included',
  tag: 'Admin collections',
  access: 'admin',
  replies: { 200: featuredOrderSchema },
});

export const saveFeaturedOrderRoute = defineRoute({
  operationId: 'saveFeaturedOrder',
  method: 'put',
  path: '/api/v1/admin/collections/featured/order',
  summary: 'Give the featured products a new order',
  description:
    'A member that is left out is no longer featured. Refused if a product is named that is no member, or if the members ' +
    'are not those of the signature any more.',
  tag: 'Admin collections',
  access: 'admin',
  body: z.object({
    membershipSignature: z.string().min(1, 'Must not be blank.').max(200),
    productIds: z
      .array(z.uuid())
      .max(10_000)
      .refine((ids) => new Set(ids).size === ids.length, 'Must name each product once.'),
  }),
  replies: { 200: featuredOrderSchema },
  problems: [catalogProblems.FEATURED_MEMBERSHIP_CHANGED],
});

export const listAllTagsRoute = defineRoute({
  operationId: 'listAllTags',
  method: 'get',
  path: '/api/v1/admin/tags',
  summary: 'All tags by type, then name',
  tag: 'Admin collections',
  access: 'admin',
  replies: { 200: z.array(tagSchema) },
});

const tagFields = { name, slug, tagType: z.enum(TAG_TYPES) };

export const createTagRoute = defineRoute({
  operationId: 'createTag',
  method: 'post',
  path: '/api/v1/admin/tags',
  summary: 'Create a tag',
  tag: 'Admin collections',
  access: 'admin',
  body: z.object({ ...tagFields, slug: slug.optional() }),
  replies: { 201: tagSchema },
  problems: [catalogProblems.TAG_SLUG_TAKEN],
});

export const changeTagRoute = defineRoute({
  operationId: 'changeTag',
  method: 'patch',
  path: '/api/v1/admin/tags/:id',
  summary: 'Change a tag',
  description: 'What is left out stays; a blank slug is made from the name.',
  tag: 'Admin collections',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  body: z.object(tagFields).partial(),
  replies: { 200: tagSchema },
  problems: [catalogProblems.TAG_NOT_FOUND, catalogProblems.TAG_SLUG_TAKEN],
});
