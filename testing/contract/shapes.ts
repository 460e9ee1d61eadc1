import type { Response } from 'supertest';
import { expect } from 'vitest';
import { z } from 'zod';

/**
 * The shapes of the storefront's contract, written from its tables and not from our schemas: a change of ours must not change
 * what is expected. A key that the tables call nullable has to be there; one that may be missing must not be null. Further
 * fields are welcome.
 */
const filled = z.string().min(1);
const text = z.string();
const textOrNull = z.string().nullable();
const count = z.int().min(0);
const flag = z.boolean();
/** Milliseconds and Z, nothing else. */
const iso = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
/** With a version and a variant digit, or nothing can be put into the cart. */
const uuid = z
  .string()
  .regex(/^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
const cad = z.literal('CAD');
const productType = z.enum(['standard', 'kuji']);
const productStatus = z.enum(['draft', 'active', 'archived']);

const collectionRef = z.object({ id: uuid, name: filled, slug: filled });
const collection = collectionRef.extend({
  description: textOrNull,
  sortOrder: z.int(),
  isActive: flag,
});
const tag = z.object({ id: uuid, name: text, slug: text, tagType: text });
const image = z.object({
  id: filled,
  storageKey: z.string().regex(/^products\/[\da-f-]{36}\/[^/]+$/),
  altText: textOrNull,
  sortOrder: z.int(),
  url: z.string().regex(/^https?:\/\/[^/]+\/storage\/v1\/object\/public\/[\w.-]+\/products\//),
});
const inventory = z.object({
  onHand: count,
  reserved: count,
  available: count,
  lowStockThreshold: count,
});
const kujiPrize = z.object({
  id: uuid,
  prizeCode: text,
  prizeTier: text,
  name: text,
  description: textOrNull,
  imageUrl: textOrNull,
  initialQuantity: z.int(),
  remainingQuantity: z.int(),
  sortOrder: z.int(),
});
const card = z
  .object({
    id: uuid,
    name: filled,
    slug: filled,
    description: textOrNull,
    updatedAt: iso,
    productType,
    status: z.literal('active'),
    priceCents: z.int(),
    minPriceCents: count,
    maxPriceCents: count,
    hasPriceRange: flag,
    isSoldOut: flag,
    defaultVariantId: uuid.nullable(),
    hasVariantChoices: flag,
    currency: cad,
    collections: z.array(collectionRef),
    images: z.array(image),
    inventory: inventory.nullable(),
    ticketSummary: z.object({ remainingTickets: z.int(), totalTickets: z.int() }).optional(),
  })
  .refine((one) => one.minPriceCents <= one.maxPriceCents, 'The range is upside down.')
  .refine(
    (one) => (one.productType === 'kuji') === (one.ticketSummary !== undefined),
    'Kuji and nothing else have a summary of tickets.',
  );
const product = card.safeExtend({
  sku: textOrNull,
  tags: z.array(tag),
  kujiPrizes: z.array(kujiPrize),
  variants: z.array(
    z.object({
      id: uuid,
      name: filled,
      priceCents: z.int(),
      sortOrder: z.int(),
      isAvailable: flag,
    }),
  ),
  priceRange: z.object({ minCents: z.int(), maxCents: z.int(), isRange: flag }).optional(),
  soldUnopenedTickets: z.int().optional(),
  createdAt: iso,
});
const suggestion = z.object({
  id: text,
  name: text,
  slug: text,
  thumbnailUrl: textOrNull,
  priceCents: z.int(),
  currency: text,
});
const legalDocument = z.object({
  id: uuid,
  type: z.enum(['shipping_returns', 'terms', 'privacy']),
  title: text,
  content: text,
  version: z.int(),
  isActive: flag,
  createdAt: iso,
  updatedAt: iso,
});
const faqItem = z.object({
  id: uuid,
  question: text,
  answer: text,
  category: text,
  sortOrder: z.int(),
  isPublished: flag,
  createdAt: iso,
  updatedAt: iso,
});
const shipping = z
  .object({
    flatShippingCents: count,
    calgaryFreeShippingThresholdCents: count,
    albertaFreeShippingThresholdCents: count,
    freeShippingThresholdCents: count,
    currency: cad,
  })
  .refine(
    (one) =>
      one.calgaryFreeShippingThresholdCents <= one.albertaFreeShippingThresholdCents &&
      one.albertaFreeShippingThresholdCents <= one.freeShippingThresholdCents,
    'Thresholds rise with distance.',
  );
const banner = z.object({
  enabled: flag,
  items: z.array(
    z.object({
      id: filled,
      message: text,
      linkLabel: textOrNull,
      linkHref: textOrNull,
      sortOrder: z.int(),
      isActive: flag,
    }),
  ),
});

const primaryImage = z
  .object({ storageKey: text, altText: textOrNull, url: textOrNull })
  .nullable();
const adminProductRow = z.object({
  id: uuid,
  name: text,
  slug: text,
  productType,
  status: productStatus,
  priceCents: z.int(),
  currency: text,
  sku: textOrNull,
  collections: z.array(collectionRef),
  inventory: inventory.nullable(),
  tags: z.array(tag),
  updatedAt: iso,
});
const adminVariant = z.object({
  id: uuid,
  productId: uuid,
  name: text,
  sku: textOrNull,
  priceCents: z.int(),
  isActive: flag,
  isDefault: flag,
  sortOrder: z.int(),
  inventory,
});
const deleted = z.object({ id: uuid, deleted: z.literal(true) });

const itemsOf = (item: z.ZodType) => z.object({ items: z.array(item).min(1) });
const pageOf = (item: z.ZodType) => itemsOf(item).extend({ nextCursor: textOrNull });
/** A bare list with something in it: an empty one would prove nothing. */
const listOf = (item: z.ZodType) => z.array(item).min(1);

export const shapes = {
  home: z.object({
    featured: listOf(card).max(24),
    trendingNow: z.array(card).max(8),
    allProductsPreview: listOf(card).max(16),
  }),
  cards: pageOf(card),
  product,
  recommendations: itemsOf(card).extend({ meta: z.object({ count, limit: z.int() }) }),
  suggestions: itemsOf(suggestion),
  nothingFound: z.object({ items: z.tuple([]), nextCursor: z.null() }),
  collections: listOf(collection),
  collection,
  tags: listOf(tag),
  tag,
  legalDocument,
  legalDocuments: itemsOf(legalDocument),
  faqItem,
  faq: itemsOf(faqItem),
  shipping,
  banner,
  null: z.null(),
  adminProducts: pageOf(adminProductRow.extend({ primaryImage })).extend({ totalCount: z.int() }),
  adminProduct: adminProductRow.extend({
    description: textOrNull,
    images: z.array(image),
    kujiPrizes: z.array(kujiPrize),
    variants: z.array(adminVariant),
    createdAt: iso,
  }),
  image,
  images: listOf(image),
  adminVariant,
  variantStock: z.object({
    productVariantId: uuid,
    onHand: z.int(),
    reserved: z.int(),
    lowStockThreshold: z.int(),
  }),
  deleted,
  kujiPrize,
  kujiPrizes: listOf(kujiPrize),
  prizeImage: z.object({ imageUrl: image.shape.url }),
  featuredOrder: itemsOf(
    z.object({
      id: uuid,
      name: text,
      productType,
      status: productStatus,
      sortOrder: z.int(),
      collections: z.array(collectionRef),
      primaryImage,
    }),
  ).extend({ membershipSignature: filled }),
};

const success = z.object({
  status: z.literal('success'),
  code: z.int(),
  success: z.literal(true),
  message: z.string(),
  data: z.unknown(),
  requestId: z.string().min(1),
});

/** Expects a success of this status and shape in the envelope. */
export function expectShape(response: Response, status: number, shape: z.ZodType): void {
  expect(response.status, response.text).toBe(status);
  const body = success.parse(response.body);
  expect(body.code).toBe(status);
  expect(response.headers['x-request-id']).toBe(body.requestId);
  expect(response.body).toHaveProperty('data');
  const parsed = shape.safeParse(body.data);
  expect(parsed.success, `${parsed.error?.message ?? ''} in ${response.text}`).toBe(true);
}

/** Expects a refusal with this status and code in the envelope, and text for a person. */
export function expectProblem(response: Response, status: number, code: string): void {
  expect(response.body, response.text).toMatchObject({
    status: 'error',
    code: status,
    success: false,
    message: expect.stringMatching(/\S/) as string,
    data: null,
    errors: { code },
    requestId: response.headers['x-request-id'],
  });
  expect(response.status).toBe(status);
}

/** What the tests read on of payloads whose whole shape they check; which of it is there depends on the endpoint. */
type Payload = {
  id: string;
  imageUrl: string;
  membershipSignature: string;
  items: { id: string; primaryImage: unknown }[];
  images: { id: string }[];
};

/** The payload of a success. */
export function dataOf(response: Response): Payload {
  expect(response.status, response.text).toBeLessThan(300);
  return (response.body as { data: Payload }).data;
}

/** The payload of a success that is a bare list. */
export function listIn(response: Response): { id: string; slug: string }[] {
  const parsed = z.array(z.object({ id: z.string(), slug: z.string().catch('') }));
  return parsed.parse(dataOf(response));
}
