import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { kujiProblems } from '../kuji.problems.ts';
import type { Computation } from '../proof/compute-digest.ts';
import { computeWithNode } from '../proof/compute-with-node.ts';
import type { Bytes } from '../proof/encode-bytes.ts';
import type { Manifest } from '../proof/hash-manifest.ts';
import type { Proof } from '../proof/read-proof.ts';
import { placeNumber, sealDeck, type Placement } from '../proof/seal-deck.ts';
import { loadProvableTicket } from '../queries/load-published.ts';
import { parseManifest } from './show-set.ts';

/**
 * Use case: the proof that an opened ticket held its prize when the box was sealed, and that its number follows from its
 * payment. Shows the salt of this one number and hashes of the others, so nothing about them.
 *
 * @throws Problem KUJI_PROOF_NOT_FOUND, alike for unknown, closed and Last One tickets
 */
export async function proveTicket(app: App, ticketNumber: string): Promise<Proof> {
  const ticket = await loadProvableTicket(app.database.db, ticketNumber.toUpperCase());
  if (!ticket) throw new Problem(kujiProblems.KUJI_PROOF_NOT_FOUND);
  const { seq, entropy, freeCount } = ticket;
  if (seq === null || entropy === null || freeCount === null) {
    throw new Error(`Ticket ${ticket.ticketNumber} was drawn without an explanation.`);
  }
  const manifest = parseManifest(ticket.manifest);
  const { number } = ticket;
  const place = computeWithNode(placeAgain(manifest, new Uint8Array(ticket.seed), number));
  return {
    setId: ticket.setId,
    ticketNumber: ticket.ticketNumber,
    number,
    tickets: manifest.tickets,
    ...place,
    root: ticket.root,
    entropy,
    seq,
    freeCount,
  };
}

/** Seals the same deck again: nothing but the seed is kept of it. */
function* placeAgain(manifest: Manifest, seed: Bytes, number: number): Computation<Placement> {
  return yield* placeNumber(yield* sealDeck(manifest, seed), number);
}
