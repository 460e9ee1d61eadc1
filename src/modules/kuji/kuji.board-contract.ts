import { z } from 'zod';
import { SET_STATES } from '../../db/schema/kuji.ts';
import { defineRoute } from '../../http/route.ts';
import { kujiProblems } from './kuji.problems.ts';

const count = z.int().min(0);
const text = z.string().min(1);

const boardCounts = {
  /** In the box when it was sealed. */
  total: count,
  opened: count,
  /** Not sold, or sold and still closed: nobody can tell which from this number. */
  unopened: count,
};

/** The board that hangs beside a paper kuji. */
export const boardSchema = z.object({
  setId: z.uuid(),
  productId: z.uuid(),
  setNumber: z.int().min(1),
  state: z.enum(SET_STATES),
  /** True: no ticket of it is sold for the moment. */
  isPaused: z.boolean(),
  ticketPriceCents: count,
  currency: text,
  /** Without the Last One. `unsold`: numbers that are still in the box, held ones included. */
  tickets: z.object({ ...boardCounts, unsold: count }),
  /** In the order of display. */
  tiers: z.array(
    z.object({
      tier: text,
      ...boardCounts,
      /** Chance of a ticket that nobody has opened, sold or not: `unopened` of this tier by `unopened` of all; 0 when none is left. */
      odds: z.number().min(0).max(1),
      prizes: z.array(
        z.object({
          prizeCode: text,
          name: text,
          imageUrl: z.string().nullable(),
          ...boardCounts,
        }),
      ),
    }),
  ),
  /** Who takes the last ticket off the board gets it on top; null where the box has none. */
  lastOne: z
    .object({
      prizeCode: text,
      name: text,
      imageUrl: z.string().nullable(),
      isOpened: z.boolean(),
    })
    .nullable(),
});
export type Board = z.infer<typeof boardSchema>;

export const showBoardRoute = defineRoute({
  operationId: 'showKujiBoard',
  method: 'get',
  path: '/api/v1/kuji/sets/:setId/board',
  summary: 'The board of a kuji box: what is left of each tier, and the odds',
  description:
    'Counts of prizes fall when a ticket is opened, never when it is sold, so nothing tells the result of a closed ticket; ' +
    'the odds over all unopened tickets are true all the same.',
  isCached: true,
  tag: 'Kuji proofs',
  params: z.object({ setId: z.uuid() }),
  replies: { 200: boardSchema },
  problems: [kujiProblems.KUJI_SET_NOT_FOUND],
});
