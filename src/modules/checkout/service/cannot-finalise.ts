import type { AttentionReason } from './attention-reasons.ts';

/** Undoes the finalising transaction; the second one books the money and says why. */
export class CannotFinalise extends Error {
  readonly reason: AttentionReason;

  constructor(reason: AttentionReason) {
    super(`The order cannot be finalised: ${reason}`);
    this.reason = reason;
  }
}
