import { z } from 'zod';
import { SET_STATES } from '../../db/schema/kuji.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { kujiProblems } from './kuji.problems.ts';
import { KUJI_VERSION, MAX_TICKETS } from './proof/hash-manifest.ts';

/** The prize of this tier goes to whoever takes the last ticket off the board; it is never in the deck. */
export const LAST_ONE_TIER = 'LO';

const count = z.int().min(0);
const text = z.string().min(1);
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });

export const ticketSchema = z.object({
  id: z.uuid(),
  ticketNumber: text,
  revealedAt: instant.nullable(),
  voidedAt: instant.nullable(),
  voidReason: z.string().nullable(),
  /** Null until the ticket is opened, for everybody. */
  prize: z
    .object({
      id: z.uuid(),
      name: text,
      description: z.string().nullable(),
      imageUrl: z.string().nullable(),
      prizeCode: text,
      prizeTier: text,
    })
    .nullable(),
  kujiProduct: z.object({
    id: z.uuid(),
    name: text,
    slug: text,
    imageUrl: z.string().nullable(),
    imageAltText: z.string().nullable(),
  }),
  createdAt: instant,
});
export type Ticket = z.infer<typeof ticketSchema>;

export const manifestSchema = z.object({
  version: z.literal(KUJI_VERSION),
  setId: z.uuid(),
  productId: z.uuid(),
  setNumber: z.int().min(1),
  tickets: z.int().min(1),
  /** In the order of display. */
  prizes: z.array(z.object({ code: text, tier: text, quantity: count })).readonly(),
  /** Code of the Last One, or empty. */
  lastOne: z.string(),
  entropy: z.literal('payment'),
  ticketPriceCents: count,
  currency: text,
});

const sealSchema = z.object({
  manifest: manifestSchema,
  manifestHash: hex,
  commitment: hex,
  root: hex,
  sealedAt: instant,
});

export const setSchema = sealSchema.extend({
  id: z.uuid(),
  productId: z.uuid(),
  setNumber: z.int().min(1),
  state: z.enum(SET_STATES),
  /** The shop sells no tickets of it at present. */
  isPaused: z.boolean(),
  /** `sold`: numbers off the board; `revealed`: those whose prize was seen. Without the Last One. */
  counts: z.object({ total: count, sold: count, revealed: count }),
  log: z.object({ length: count, head: hex }),
  /** Earlier promises, replaced before anything was held or sold; their seeds are no secret any more. */
  abortedSeals: z.array(sealSchema.extend({ seed: hex, abortedAt: instant })),
  soldOutAt: instant.nullable(),
  closedAt: instant.nullable(),
  /** From here on seed and deck are public; a box that was ended early is closed before. */
  publishedAt: instant.nullable(),
  /** Only of a published set. */
  seed: hex.optional(),
  /** Only of a published set: what each number held, and whether it was sold. */
  deck: z.array(z.object({ number: z.int(), prizeCode: text, isSold: z.boolean() })).optional(),
});
export type PublicSet = z.infer<typeof setSchema>;

const entryHash = { hash: hex };
export const logEntrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('draw'),
    seq: z.int().min(1),
    number: z.int().min(1),
    entropy: hex,
    holdSeq: z.int().min(1),
    ...entryHash,
  }),
  z.object({
    type: z.literal('void'),
    number: z.int().min(1),
    returned: z.boolean(),
    ...entryHash,
  }),
  z.object({ type: z.literal('reveal'), number: z.int().min(1), prizeCode: text, ...entryHash }),
  z.object({ type: z.literal('last_one'), number: z.int().min(1), ...entryHash }),
  z.object({ type: z.literal('closed'), reason: z.string(), ...entryHash }),
]);

export type PublicLogEntry = z.infer<typeof logEntrySchema>;

/** What `kuji:verify` and the verifier page read. */
export const auditSchema = z.object({
  manifest: manifestSchema,
  manifestHash: hex,
  commitment: hex,
  root: hex,
  /** Only of a published set. */
  seed: hex.optional(),
  log: z.array(logEntrySchema),
});
export type PublicAudit = z.infer<typeof auditSchema>;

export const proofSchema = z.object({
  setId: z.uuid(),
  ticketNumber: text,
  number: z.int().min(1),
  /** Of the whole box; the path cannot be followed without it. */
  tickets: z.int().min(1),
  prizeCode: text,
  salt: hex,
  /** Neighbours on the way from the leaf to the root. */
  path: z.array(hex).readonly(),
  root: hex,
  entropy: hex,
  seq: z.int().min(1),
  /** Free numbers just before the draw. */
  freeCount: z.int().min(1),
});

const setParams = z.object({ setId: z.uuid() });

export const showSetRoute = defineRoute({
  operationId: 'showKujiSet',
  method: 'get',
  path: '/api/v1/kuji/sets/:setId',
  summary: 'A kuji box: what was promised, and what became of it',
  description:
    'The manifest, the commitment to the seed and the Merkle root are fixed before the first ticket is sold. ' +
    'Seed and deck follow when all tickets are opened, at the latest 30 days after the end of the sale.',
  isCached: true,
  tag: 'Kuji proofs',
  params: setParams,
  replies: { 200: setSchema },
  problems: [kujiProblems.KUJI_SET_NOT_FOUND],
});

export const listLogRoute = defineRoute({
  operationId: 'listKujiLog',
  method: 'get',
  path: '/api/v1/kuji/sets/:setId/log',
  summary: 'The history of a kuji box, oldest first',
  description: 'Each hash covers the entry and the hash before it.',
  isCached: true,
  tag: 'Kuji proofs',
  params: setParams,
  query: z.object({ cursor: cursorQuery, limit: limitQuery({ fallback: 100, max: 500 }) }),
  replies: {
    200: z.object({
      items: z.array(logEntrySchema),
      nextCursor: z.string().nullable(),
    }),
  },
  problems: [kujiProblems.KUJI_SET_NOT_FOUND],
});

export const showAuditRoute = defineRoute({
  operationId: 'showKujiAudit',
  method: 'get',
  path: '/api/v1/kuji/sets/:setId/audit',
  summary: 'Everything a verifier needs about a kuji box, in one file',
  isCached: true,
  tag: 'Kuji proofs',
  params: setParams,
  replies: { 200: auditSchema },
  problems: [kujiProblems.KUJI_SET_NOT_FOUND],
});

export const proveTicketRoute = defineRoute({
  operationId: 'proveKujiTicket',
  method: 'get',
  path: '/api/v1/kuji/tickets/:ticketNumber/proof',
  summary: 'The proof of an opened kuji ticket',
  description:
    'Shows that the prize stood at this number in the sealed box and that the number follows from the payment. ' +
    'There is none before the ticket is opened, and none for a Last One, which is awarded by the log.',
  isCached: true,
  tag: 'Kuji proofs',
  params: z.object({ ticketNumber: z.string().max(32) }),
  replies: { 200: proofSchema },
  problems: [kujiProblems.KUJI_PROOF_NOT_FOUND],
});

const quantity = z
  .int('Must be a whole number.')
  .min(0, 'Must be at least 0.')
  .max(MAX_TICKETS, `Must be at most ${String(MAX_TICKETS)}.`);

const prizeFields = {
  prizeCode: z.string().trim().toUpperCase().min(1, 'Must not be blank.').max(64),
  prizeTier: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^([A-Z]|LO)$/, 'Must be one letter from A to Z, or LO.'),
  name: z.string().trim().min(1, 'Must not be blank.').max(200),
  description: z.string().max(5_000).nullable(),
  imageUrl: z
    .url({ protocol: /^https?$/, message: 'Must be a web address.' })
    .max(500)
    .nullable(),
  initialQuantity: quantity,
  remainingQuantity: quantity,
  sortOrder: z.int().min(0).max(1_000_000),
};

export const newPrizeSchema = z.object({
  ...prizeFields,
  description: prizeFields.description.optional(),
  imageUrl: prizeFields.imageUrl.optional(),
  /** As printed on the box, unless the shop starts with a partly sold one. */
  remainingQuantity: prizeFields.remainingQuantity.optional(),
  /** After the others. */
  sortOrder: prizeFields.sortOrder.optional(),
});
export type NewPrize = z.output<typeof newPrizeSchema>;

export const prizeChangeSchema = z.object(prizeFields).partial();
export type PrizeChange = z.output<typeof prizeChangeSchema>;
