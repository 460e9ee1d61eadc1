import { validationFailed } from '../../../kernel/problems.ts';
import { LAST_ONE_TIER } from '../kuji.contract.ts';
import { MAX_TICKETS } from '../proof/hash-manifest.ts';

/**
 * Forms find the field of an error by its key, and mark every other field whose name stands in the text as well. So no
 * text here mentions one.
 */
export const FROZEN_TEXT =
  'Tickets of this box are held or sold, so its contents can no longer change.';

/** @throws Problem VALIDATION_FAILED at `field`, the one that the caller sent */
export function checkQuantities(
  prize: { initialQuantity: number; remainingQuantity: number },
  field: 'initialQuantity' | 'remainingQuantity',
): void {
  if (prize.remainingQuantity <= prize.initialQuantity) return;
  throw validationFailed({
    [field]: ['There cannot be more tickets left than the box came with.'],
  });
}

/** @throws Problem VALIDATION_FAILED if a box cannot hold so many */
export function checkTicketCount(tickets: number): void {
  if (tickets <= MAX_TICKETS) return;
  throw validationFailed({
    initialQuantity: [`A box holds at most ${String(MAX_TICKETS)} tickets.`],
  });
}

/** @throws Problem VALIDATION_FAILED if there would be more than one Last One to win */
export function checkLastOne(prize: { prizeTier: string; initialQuantity: number }): void {
  if (prize.prizeTier !== LAST_ONE_TIER || prize.initialQuantity <= 1) return;
  throw validationFailed({ initialQuantity: ['A box has only one Last One.'] });
}
