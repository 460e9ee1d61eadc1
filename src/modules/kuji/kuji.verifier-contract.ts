import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';

export const showVerifierRoute = defineRoute({
  operationId: 'showKujiVerifier',
  method: 'get',
  path: '/verify',
  summary: 'A page that checks a draw in the browser',
  description:
    'It fetches the proof of an opened ticket and the history of its box, and computes everything again. The page is the same ' +
    'for everybody and carries its code inside: saved to a disk it checks saved proofs without a network.',
  tag: 'Kuji proofs',
  // Read by the page's own script; named here so that the description knows them.
  query: z.object({
    ticket: z.string().optional(),
    /** A whole box, by the id of its set. */
    set: z.string().optional(),
  }),
  downloadType: 'text/html; charset=utf-8',
  replies: {},
});
