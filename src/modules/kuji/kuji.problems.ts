import { defineProblems } from '../../kernel/problems.ts';

export const kujiProblems = defineProblems({
  KUJI_SET_NOT_FOUND: {
    status: 404,
    message: 'There is no such kuji box on sale or in the history.',
  },
  KUJI_PROOF_NOT_FOUND: {
    status: 404,
    message: 'There is no proof for this ticket: it does not exist, or it has not been opened yet.',
  },
  TICKET_NOT_FOUND: { status: 404, message: 'This order has no such ticket.' },
  TICKET_VOIDED: { status: 409, message: 'This ticket was taken back and cannot be opened.' },
  KUJI_PRODUCT_NOT_FOUND: { status: 404, message: 'There is no such product.' },
  PRODUCT_IS_NOT_KUJI: { status: 422, message: 'Only kuji products have prizes.' },
  PRIZE_NOT_FOUND: { status: 404, message: 'This product has no such prize.' },
  PRIZE_CODE_TAKEN: { status: 409, message: 'This product already has a prize with that code.' },
  PRIZE_IN_USE: {
    status: 409,
    message: 'Tickets of this box are held or sold, so its prizes can no longer be removed.',
  },
  KUJI_SET_NOT_ON_SALE: { status: 409, message: 'Only a box that is on sale can be ended early.' },
  KUJI_SET_HAS_HOLDS: {
    status: 409,
    message:
      'Shoppers hold tickets of this box and may be paying for them. Try again in a few minutes; an archived product takes no new holds.',
  },
  KUJI_SET_STILL_ON_SALE: {
    status: 409,
    message: 'The present box is still on sale. End it first, or wait until it is sold out.',
  },
  KUJI_SET_IN_PREPARATION: {
    status: 409,
    message: 'The next box is in preparation already. Open it when its prizes are complete.',
  },
  KUJI_SET_EMPTY: { status: 409, message: 'The next box has no tickets yet.' },
  PRIZE_IS_THE_LAST: {
    status: 409,
    message: 'This box is on sale and would be empty without this prize.',
  },
});
