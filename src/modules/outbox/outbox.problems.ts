import { defineProblems } from '../../kernel/problems.ts';

export const outboxProblems = defineProblems({
  MAIL_NOT_FOUND: { status: 404, message: 'This mail was not found.' },
  MAIL_NOT_RETRYABLE: {
    status: 409,
    message: 'This mail waits to be sent, has arrived, or was erased; there is nothing to repeat.',
  },
  MAIL_ADDRESS_SUPPRESSED: {
    status: 409,
    message: 'This address gets no more mail. Take it off the list first.',
  },
  MAIL_RETRY_NEEDS_CONFIRMATION: {
    status: 409,
    message: 'The mail may have arrived already. Send `confirm: true` if a second one is fine.',
  },
  MAIL_CANNOT_BE_RENEWED: {
    status: 409,
    message: 'The link in this mail has expired and cannot be made anew.',
  },
  SUPPRESSION_NOT_FOUND: { status: 404, message: 'This address is not on the list.' },
});
