export type LastOneCandidate = { readonly seq: number; readonly holdSeq: number };

/**
 * Who took the last ticket off the board, which is not who paid last: the highest `holdSeq`, among tickets of one hold
 * the highest `seq`.
 *
 * @param tickets The set's drawn tickets without the voided ones, in any order.
 * @returns null without tickets.
 */
export function awardLastOne<T extends LastOneCandidate>(tickets: Iterable<T>): T | null {
  let winner: T | null = null;
  for (const ticket of tickets) {
    if (
      winner === null ||
      ticket.holdSeq > winner.holdSeq ||
      (ticket.holdSeq === winner.holdSeq && ticket.seq > winner.seq)
    ) {
      winner = ticket;
    }
  }
  return winner;
}
