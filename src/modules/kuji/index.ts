export { kujiImagesRouter } from './kuji.images-router.ts';
export { kujiAdminRouter } from './kuji.admin-router.ts';
export { kujiRouter } from './kuji.router.ts';
export { kujiSetsRouter } from './kuji.sets-router.ts';
export { kujiVerifierRouter } from './kuji.verifier-router.ts';
export { kujiProblems } from './kuji.problems.ts';
export {
  newPrizeSchema,
  prizeChangeSchema,
  ticketSchema,
  type NewPrize,
  type PrizeChange,
  type Ticket,
} from './kuji.contract.ts';
export { findOrdersWithClosedTickets, hasClosedTickets } from './queries/find-closed-tickets.ts';
export { addPrize, type AddPrizeRequest } from './service/add-prize.ts';
export { changePrize, type ChangePrizeRequest } from './service/change-prize.ts';
export { closeDueSets } from './service/close-due-sets.ts';
export { closeSet, type CloseSetRequest } from './service/close-set.ts';
export { createDraftSet } from './service/create-draft-set.ts';
export { drawTickets } from './service/draw-tickets.ts';
export { listOrderTickets, type OrderTicket } from './service/list-order-tickets.ts';
export { listPrizes } from './service/list-prizes.ts';
export { openNextSet, type OpenNextSetRequest } from './service/open-next-set.ts';
export { removePrize } from './service/remove-prize.ts';
export { resealAtPrice } from './service/reseal-at-price.ts';
export { revealAll, revealTicket } from './service/reveal-tickets.ts';
export { sealAndOpenSet } from './service/seal-and-open-set.ts';
export { findTicketSet, takeTicketHold } from './service/take-ticket-hold.ts';
export { findOrdersWithLastOne, includesLastOne, viewTickets } from './service/view-tickets.ts';
export { forgetVoidReasons } from './queries/write-voids.ts';
export { voidTickets, type VoidResult } from './service/void-tickets.ts';
export { everyStepFits, type Step } from './proof/record-steps.ts';
export { verifyAudit } from './proof/verify-audit.ts';
export { verifyProof } from './proof/verify-proof.ts';
