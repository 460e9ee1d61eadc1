import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { imageUpload, mediaProblems } from '../media/index.ts';
import { productImageSchema } from './catalog.contract.ts';
import { imageProblems } from './catalog.images-problems.ts';
import { catalogProblems } from './catalog.problems.ts';

const productParams = z.object({ id: z.uuid() });

/** Blank means none: most of the shop's pictures are described by their product's name. */
const altText = z
  .string()
  .trim()
  .max(255)
  .transform((text) => (text === '' ? null : text));

/** One text field is one text, a repeated one a list; forms cannot tell a list of one. */
const texts = z.union([altText.transform((text) => [text]), z.array(altText)]);

export const uploadProductImagesRoute = defineRoute({
  operationId: 'uploadProductImages',
  method: 'post',
  path: '/api/v1/admin/products/:id/images',
  summary: 'Add pictures behind the others of a product',
  description:
    'One to ten JPEG, PNG, WebP or AVIF files of 5 MiB at most; their content decides, not their name. They are stored as ' +
    'WebP, upright, at most 2560 pixels wide and high, without metadata. All are added or none. `altTexts` (or `altText`) ' +
    'holds one text per file. One file is answered by its picture, several by the list of the new ones.',
  tag: 'Admin products',
  access: 'admin',
  upload: imageUpload(10),
  params: productParams,
  body: z
    .object({ altText: texts.optional(), altTexts: texts.optional() })
    .refine((form) => form.altText === undefined || form.altTexts === undefined, {
      path: ['altTexts'],
      message: 'Send either altText or altTexts.',
    })
    .transform((form) => ({ altTexts: form.altTexts ?? form.altText ?? null })),
  replies: { 201: z.union([productImageSchema, z.array(productImageSchema)]) },
  problems: [catalogProblems.PRODUCT_NOT_FOUND, ...Object.values(mediaProblems)],
});

export const reorderImagesRoute = defineRoute({
  operationId: 'reorderProductImages',
  method: 'patch',
  path: '/api/v1/admin/products/:id/images/reorder',
  summary: 'Order the pictures of a product',
  description:
    'The listed pictures get the places 1, 2, 3 …; others keep theirs. Answers all pictures in their new order.',
  tag: 'Admin products',
  access: 'admin',
  params: productParams,
  body: z.object({ imageIds: z.array(z.uuid()).min(1).max(1_000) }),
  replies: { 200: z.array(productImageSchema) },
  problems: [catalogProblems.PRODUCT_NOT_FOUND, imageProblems.PRODUCT_IMAGE_NOT_FOUND],
});

export const deleteImageRoute = defineRoute({
  operationId: 'deleteProductImage',
  method: 'delete',
  path: '/api/v1/admin/products/:id/images/:imageId',
  summary: 'Take a picture off a product',
  tag: 'Admin products',
  access: 'admin',
  params: z.object({ id: z.uuid(), imageId: z.uuid() }),
  replies: { 200: z.object({ id: z.uuid(), deleted: z.literal(true) }) },
  problems: [catalogProblems.PRODUCT_NOT_FOUND, imageProblems.PRODUCT_IMAGE_NOT_FOUND],
});
