import { z } from 'zod';
import { SET_STATES } from '../../db/schema/kuji.ts';
import { defineRoute } from '../../http/route.ts';
import { kujiProblems } from './kuji.problems.ts';

const count = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 });

export const adminSetSchema = z.object({
  id: z.uuid(),
  productId: z.uuid(),
  setNumber: z.int().min(1),
  /** In the ticket numbers of this box: `K<code>-0001`. */
  setCode: z.string().min(1),
  state: z.enum(SET_STATES),
  /** All 0 in preparation. Without the Last One. */
  counts: z.object({ total: count, sold: count, revealed: count }),
  closeReason: z.string().nullable(),
  createdAt: instant,
  sealedAt: instant.nullable(),
  /** Null as well for a box that a refund put back on sale. */
  soldOutAt: instant.nullable(),
  closedAt: instant.nullable(),
  publishedAt: instant.nullable(),
  /** Since when no ticket can be held. */
  pausedAt: instant.nullable(),
});
export type AdminSet = z.infer<typeof adminSetSchema>;

const productParams = z.object({ id: z.uuid() });
const TAG = 'Admin kuji';

export const listSetsRoute = defineRoute({
  operationId: 'listKujiSets',
  method: 'get',
  path: '/api/v1/admin/products/:id/kuji-sets',
  summary: 'All boxes of a kuji product, the newest first',
  tag: TAG,
  access: 'admin',
  params: productParams,
  replies: { 200: z.array(adminSetSchema) },
  problems: [kujiProblems.KUJI_PRODUCT_NOT_FOUND, kujiProblems.PRODUCT_IS_NOT_KUJI],
});

export const openNextSetRoute = defineRoute({
  operationId: 'openNextKujiSet',
  method: 'post',
  path: '/api/v1/admin/products/:id/kuji-sets',
  summary: 'Open the next box of a kuji product',
  description:
    'The next box starts as a full copy of the last one. It is sealed and put on sale at once if the product is active, ' +
    'else with the product. With `open` false it is only prepared: its prizes can be edited, and a second call opens it.',
  tag: TAG,
  access: 'admin',
  params: productParams,
  body: z.strictObject({ open: z.boolean().optional() }),
  replies: { 201: adminSetSchema },
  problems: [
    kujiProblems.KUJI_PRODUCT_NOT_FOUND,
    kujiProblems.PRODUCT_IS_NOT_KUJI,
    kujiProblems.KUJI_SET_STILL_ON_SALE,
    kujiProblems.KUJI_SET_IN_PREPARATION,
    kujiProblems.KUJI_SET_EMPTY,
  ],
});

export const closeSetRoute = defineRoute({
  operationId: 'closeKujiSet',
  method: 'post',
  path: '/api/v1/admin/kuji-sets/:setId/close',
  summary: 'End the sale of a kuji box early',
  description:
    'What is not sold leaves the stock. Sold tickets can still be opened; when all are, at the latest after 30 days, the ' +
    'box is published. The reason stands in the public log, where nobody can change it any more.',
  tag: TAG,
  access: 'admin',
  params: z.object({ setId: z.uuid() }),
  body: z.strictObject({ reason: z.string().trim().min(1, 'Must not be blank.').max(300) }),
  replies: { 200: adminSetSchema },
  problems: [
    kujiProblems.KUJI_SET_NOT_FOUND,
    kujiProblems.KUJI_SET_NOT_ON_SALE,
    kujiProblems.KUJI_SET_HAS_HOLDS,
  ],
});

const setParams = z.object({ setId: z.uuid() });

export const pauseSetRoute = defineRoute({
  operationId: 'pauseKujiSet',
  method: 'post',
  path: '/api/v1/admin/kuji-sets/:setId/pause',
  summary: 'Stop the sale of a kuji box for the time being',
  description:
    'No ticket can be held until the sale is resumed. What is held can be paid, what is paid is drawn and can be opened. ' +
    'Pausing twice changes nothing.',
  tag: TAG,
  access: 'admin',
  params: setParams,
  replies: { 200: adminSetSchema },
  problems: [kujiProblems.KUJI_SET_NOT_FOUND],
});

export const resumeSetRoute = defineRoute({
  operationId: 'resumeKujiSet',
  method: 'post',
  path: '/api/v1/admin/kuji-sets/:setId/resume',
  summary: 'Go on with the sale of a kuji box',
  tag: TAG,
  access: 'admin',
  params: setParams,
  replies: { 200: adminSetSchema },
  problems: [kujiProblems.KUJI_SET_NOT_FOUND],
});
