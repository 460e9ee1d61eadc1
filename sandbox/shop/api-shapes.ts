import { z } from 'zod';

/**
 * What the pages read of the API's answers, written down here like in any storefront: the shop
 * knows the API by its contract, not by its code.
 */

const image = z.object({ url: z.string(), altText: z.string().nullable() });

const ticketSummary = z.object({ remainingTickets: z.number(), totalTickets: z.number() });

export const productCard = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  productType: z.enum(['standard', 'kuji']),
  priceCents: z.number(),
  minPriceCents: z.number(),
  hasPriceRange: z.boolean(),
  isSoldOut: z.boolean(),
  images: z.array(image),
  ticketSummary: ticketSummary.optional(),
});
export type ProductCard = z.infer<typeof productCard>;

export const productList = z.object({
  items: z.array(productCard),
  nextCursor: z.string().nullable(),
});
export type ProductList = z.infer<typeof productList>;

const variant = z.object({
  id: z.string(),
  name: z.string(),
  priceCents: z.number(),
  isAvailable: z.boolean(),
});
export type Variant = z.infer<typeof variant>;

const kujiPrize = z.object({
  prizeCode: z.string(),
  prizeTier: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  initialQuantity: z.number(),
  remainingQuantity: z.number(),
});
export type KujiPrize = z.infer<typeof kujiPrize>;

export const productDetail = productCard.extend({
  description: z.string().nullable(),
  defaultVariantId: z.string().nullable(),
  variants: z.array(variant),
  kujiPrizes: z.array(kujiPrize),
  /** Kuji only. */
  inventory: z.object({ available: z.number() }).nullable(),
  soldUnopenedTickets: z.number().optional(),
});
export type ProductDetail = z.infer<typeof productDetail>;

const ticket = z.object({
  id: z.string(),
  ticketNumber: z.string(),
  revealedAt: z.string().nullable(),
  voidedAt: z.string().nullable(),
  /** Null until the ticket is opened. */
  prize: z
    .object({
      name: z.string(),
      description: z.string().nullable(),
      imageUrl: z.string().nullable(),
      prizeCode: z.string(),
      prizeTier: z.string(),
    })
    .nullable(),
  kujiProduct: z.object({ name: z.string(), slug: z.string(), imageUrl: z.string().nullable() }),
});
export type Ticket = z.infer<typeof ticket>;

export const ticketList = z.object({
  tickets: z.array(ticket),
  counts: z.object({ total: z.number(), revealed: z.number(), unrevealed: z.number() }),
});
export type TicketList = z.infer<typeof ticketList>;

const orderItem = z.object({
  productName: z.string(),
  variantName: z.string().nullable(),
  unitPriceCents: z.number(),
  quantity: z.number(),
  lineTotalCents: z.number(),
  metadata: z.object({ slug: z.string() }),
  imageUrl: z.string().nullable(),
});
export type OrderItem = z.infer<typeof orderItem>;

export const order = z.object({
  publicId: z.string(),
  status: z.string(),
  subtotalCents: z.number(),
  taxCents: z.number(),
  shippingCents: z.number(),
  totalCents: z.number(),
  placedAt: z.string().nullable(),
  paidAt: z.string().nullable(),
  customerNote: z.string().nullable(),
  shippingAddress: z.record(z.string(), z.string()),
  customer: z.object({ email: z.string() }),
  items: z.array(orderItem),
  tickets: z.array(ticket),
});
export type Order = z.infer<typeof order>;

/** What became of a payment. */
export const success = z.discriminatedUnion('pending', [
  z.object({ pending: z.literal(true), publicId: z.string(), status: z.string() }),
  z.object({
    pending: z.literal(false),
    publicId: z.string(),
    needsAttention: z.boolean(),
    order,
  }),
]);
export type Success = z.infer<typeof success>;
