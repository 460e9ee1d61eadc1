import { LAST_ONE_TIER } from '../kuji.contract.ts';

/** Tickets in a box with these prizes; the Last One is an extra and no ticket. */
export function countTickets(
  prizes: readonly { prizeTier: string; sealedQuantity: number }[],
): number {
  return prizes
    .filter((prize) => prize.prizeTier !== LAST_ONE_TIER)
    .reduce((sum, prize) => sum + prize.sealedQuantity, 0);
}
