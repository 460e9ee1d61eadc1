import { z } from 'zod';
import { LEGAL_TYPES } from '../../db/schema/content.ts';
import { defineRoute } from '../../http/route.ts';
import { faqItemSchema, legalDocumentSchema } from './content.contract.ts';
import { contentProblems } from './content.problems.ts';

const MAX_INT = 2_147_483_647;

const legalContent = z.string().trim().min(1, 'Must not be empty.').max(100_000);

const byId = z.object({ id: z.uuid() });

export const listLegalVersionsRoute = defineRoute({
  operationId: 'listLegalVersions',
  method: 'get',
  path: '/api/v1/admin/legal',
  summary: 'All versions of all legal documents',
  description: 'By type, the newest version first.',
  tag: 'Admin content',
  access: 'admin',
  replies: { 200: z.object({ items: z.array(legalDocumentSchema) }) },
});

export const publishLegalRoute = defineRoute({
  operationId: 'publishLegalDocument',
  method: 'post',
  path: '/api/v1/admin/legal',
  summary: 'Publish the next version of a legal document',
  description: 'The new version becomes active in place of the former, which stays readable here.',
  tag: 'Admin content',
  access: 'admin',
  body: z.strictObject({ type: z.enum(LEGAL_TYPES), content: legalContent }),
  replies: { 201: legalDocumentSchema },
  problems: [contentProblems.LEGAL_VERSION_CONFLICT],
});

export const showLegalVersionRoute = defineRoute({
  operationId: 'showLegalVersion',
  method: 'get',
  path: '/api/v1/admin/legal/:id',
  summary: 'One version of a legal document',
  tag: 'Admin content',
  access: 'admin',
  params: byId,
  replies: { 200: legalDocumentSchema },
  problems: [contentProblems.LEGAL_DOCUMENT_NOT_FOUND],
});

export const reviseLegalRoute = defineRoute({
  operationId: 'reviseLegalDocument',
  method: 'patch',
  path: '/api/v1/admin/legal/:id',
  summary: 'Publish new content for the type of this version',
  description: 'Makes a new version with an id of its own; no version is ever rewritten.',
  tag: 'Admin content',
  access: 'admin',
  params: byId,
  body: z.strictObject({ content: legalContent }),
  replies: { 200: legalDocumentSchema },
  problems: [contentProblems.LEGAL_DOCUMENT_NOT_FOUND, contentProblems.LEGAL_VERSION_CONFLICT],
});

const faqFields = {
  question: z.string().trim().min(1, 'Must not be empty.').max(500),
  answer: z.string().trim().min(1, 'Must not be empty.').max(10_000),
  category: z.string().trim().max(120),
  sortOrder: z.int().min(0).max(MAX_INT),
  isPublished: z.boolean(),
};

export const newFaqItemSchema = z.strictObject({
  ...faqFields,
  category: faqFields.category.default(''),
  sortOrder: faqFields.sortOrder.default(0),
  isPublished: faqFields.isPublished.default(false),
});
export type NewFaqItem = z.infer<typeof newFaqItemSchema>;

// Not made from the schema above: its defaults would overwrite what a partial body leaves out.
export const faqChangesSchema = z.strictObject(faqFields).partial();
export type FaqChanges = z.infer<typeof faqChangesSchema>;

export const listFaqItemsRoute = defineRoute({
  operationId: 'listFaqItems',
  method: 'get',
  path: '/api/v1/admin/legal/faq',
  summary: 'All questions and answers, also unpublished ones',
  tag: 'Admin content',
  access: 'admin',
  replies: { 200: z.object({ items: z.array(faqItemSchema) }) },
});

export const createFaqItemRoute = defineRoute({
  operationId: 'createFaqItem',
  method: 'post',
  path: '/api/v1/admin/legal/faq',
  summary: 'Add a question with its answer',
  description: 'Not published unless `isPublished` says so.',
  tag: 'Admin content',
  access: 'admin',
  body: newFaqItemSchema,
  replies: { 201: faqItemSchema },
});

export const changeFaqItemRoute = defineRoute({
  operationId: 'changeFaqItem',
  method: 'patch',
  path: '/api/v1/admin/legal/faq/:id',
  summary: 'Change a question or its answer',
  description: 'What the body leaves out stays as it is.',
  tag: 'Admin content',
  access: 'admin',
  params: byId,
  body: faqChangesSchema,
  replies: { 200: faqItemSchema },
  problems: [contentProblems.FAQ_ITEM_NOT_FOUND],
});

export const deleteFaqItemRoute = defineRoute({
  operationId: 'deleteFaqItem',
  method: 'delete',
  path: '/api/v1/admin/legal/faq/:id',
  summary: 'Delete a question with its answer',
  tag: 'Admin content',
  access: 'admin',
  params: byId,
  replies: { 200: z.object({ id: z.uuid(), deleted: z.literal(true) }) },
  problems: [contentProblems.FAQ_ITEM_NOT_FOUND],
});
