import { z } from 'zod';

const instant = z.iso.datetime({ precision: 3 });
const text = z.string().min(1);

/** A kuji ticket in the words of an account. */
export const kujiResultSchema = z.object({
  /** Of the ticket. */
  id: z.uuid(),
  createdAt: instant,
  revealedAt: instant.nullable(),
  voidedAt: instant.nullable(),
  voidReason: z.string().nullable(),
  /** Null until the ticket is opened. */
  prize: z
    .object({
      prizeCode: text,
      prizeTier: text,
      name: text,
      description: z.string().nullable(),
      imageUrl: z.string().nullable(),
    })
    .nullable(),
});
export type KujiResult = z.infer<typeof kujiResultSchema>;

export const kujiHistoryEntrySchema = kujiResultSchema.extend({
  order: z.object({ publicId: text, placedAt: instant.nullable() }),
  product: z.object({
    productId: z.uuid(),
    name: text,
    slug: text,
    isStorefrontAccessible: z.boolean(),
    imageUrl: z.string().nullable(),
    imageAltText: z.string().nullable(),
  }),
});
export type KujiHistoryEntry = z.infer<typeof kujiHistoryEntrySchema>;
