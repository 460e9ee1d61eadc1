import { z } from 'zod';
import { INQUIRY_TYPES, LEGAL_TYPES } from '../../db/schema/content.ts';
import { emailSchema } from '../../http/email-schema.ts';
import { defineRoute } from '../../http/route.ts';
import { contentProblems } from './content.problems.ts';

const instant = z.iso.datetime({ precision: 3 });

export const legalDocumentSchema = z.object({
  id: z.uuid(),
  type: z.enum(LEGAL_TYPES),
  /** Fixed per type. */
  title: z.string().min(1),
  /** Plain text; blank lines divide paragraphs. */
  content: z.string().min(1),
  version: z.int().min(1),
  isActive: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type LegalDocument = z.infer<typeof legalDocumentSchema>;

export const faqItemSchema = z.object({
  id: z.uuid(),
  question: z.string().min(1),
  answer: z.string().min(1),
  /** Blank for none; never null, which the storefront cannot show. */
  category: z.string(),
  sortOrder: z.int().min(0),
  isPublished: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type FaqItem = z.infer<typeof faqItemSchema>;

export const listLegalRoute = defineRoute({
  operationId: 'listLegalDocuments',
  method: 'get',
  path: '/api/v1/legal',
  summary: 'The active document of each type',
  tag: 'Content',
  isCached: true,
  replies: { 200: z.object({ items: z.array(legalDocumentSchema) }) },
});

export const showLegalRoute = defineRoute({
  operationId: 'showLegalDocument',
  method: 'get',
  path: '/api/v1/legal/:type',
  summary: 'The active document of a type',
  description: `Types: ${LEGAL_TYPES.join(', ')}. Any other is unknown: 404.`,
  tag: 'Content',
  isCached: true,
  params: z.object({ type: z.string() }),
  replies: { 200: legalDocumentSchema },
  problems: [contentProblems.LEGAL_DOCUMENT_NOT_FOUND],
});

export const listFaqRoute = defineRoute({
  operationId: 'listFaq',
  method: 'get',
  path: '/api/v1/legal/faq',
  summary: 'Published questions and answers',
  description: 'By `sortOrder`; equal ones in the order they were written.',
  tag: 'Content',
  isCached: true,
  replies: { 200: z.object({ items: z.array(faqItemSchema) }) },
});

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_BREAKS = /[^\P{Cc}\n\r\t]/u;
const NO_CONTROL = 'Must not contain control characters.';

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !CONTROL.test(value), NO_CONTROL);

/** Absent, null and blank mean the same: not given. */
const optionalLine = (max: number) =>
  line(max)
    .nullish()
    .transform((value) => (value === undefined || value === '' ? null : value));

/** True for the inquiries that are about an order. */
const isSupport = (inquiryType: string) => inquiryType.endsWith('-support');

export const contactBody = z
  .object({
    firstName: line(50).min(1, 'Must not be empty.'),
    lastName: optionalLine(50),
    email: emailSchema,
    inquiryType: z.enum(INQUIRY_TYPES),
    orderNumber: optionalLine(50),
    requestedSeries: optionalLine(120),
    message: z
      .string()
      .trim()
      .min(12, 'Must have at least 12 characters.')
      .max(1_000)
      .refine((value) => !CONTROL_BUT_BREAKS.test(value), NO_CONTROL),
    website: z
      .string()
      .optional()
      .describe('Leave it out. No person sees this field: whoever fills it in is not heard.'),
  })
  .superRefine((body, ctx) => {
    if (isSupport(body.inquiryType) && body.orderNumber === null) {
      ctx.addIssue({
        code: 'custom',
        path: ['orderNumber'],
        message: 'Please tell us the order number.',
      });
    }
    if (body.inquiryType === 'product-request' && body.requestedSeries === null) {
      ctx.addIssue({
        code: 'custom',
        path: ['requestedSeries'],
        message: 'Please tell us the series.',
      });
    }
  });
export type ContactBody = z.infer<typeof contactBody>;

export const contactRoute = defineRoute({
  operationId: 'contact',
  method: 'post',
  path: '/api/v1/contact',
  summary: 'Write to the shop',
  description:
    'An order number is required for the types that end in `-support`, a series for `product-request`. ' +
    'Few messages are taken from one sender within ten minutes; then 429.',
  tag: 'Content',
  limit: 'contact',
  body: contactBody,
  replies: { 200: z.null() },
});
