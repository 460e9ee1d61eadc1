/** Why a paid order needs a person: what the operator reads, and what to do next. */
export const attentionReasons = {
  LATE_PAYMENT_NO_STOCK: {
    message: 'The payment arrived after the reservation had ended, and the goods are gone.',
    hint: 'Refund the payment, or restock and recover it.',
  },
  NOT_ENOUGH_TICKETS: {
    message: 'The payment arrived, but the kuji box has fewer tickets left than were ordered.',
    hint: 'Refund the payment.',
  },
  NO_PAYMENT_INTENT: {
    message: 'Stripe reports that nothing had to be paid for this order.',
    hint: 'Check the prices of its goods, then accept the order as it is, or cancel it.',
  },
  CURRENCY_DIFFERS: {
    message: 'The payment was made in another currency than the order asks for.',
    hint: 'Compare the amounts at Stripe, then accept the order as it is, or refund it.',
  },
  AMOUNT_DIFFERS: {
    message: 'The amount received is not the amount that the order asks for.',
    hint: 'Compare the amounts at Stripe, then accept the order as it is, or refund it.',
  },
} as const satisfies Record<string, { message: string; hint: string }>;

export type AttentionReason = keyof typeof attentionReasons;

/** The goods cannot be had any more: whether the money goes back by itself is a setting. */
export const GOODS_ARE_GONE: readonly AttentionReason[] = [
  'LATE_PAYMENT_NO_STOCK',
  'NOT_ENOUGH_TICKETS',
];
