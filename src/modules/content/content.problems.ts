import { defineProblems } from '../../kernel/problems.ts';

export const contentProblems = defineProblems({
  LEGAL_DOCUMENT_NOT_FOUND: { status: 404, message: 'There is no such document.' },
  LEGAL_VERSION_CONFLICT: {
    status: 409,
    message:
      'Somebody else published this document just now. Please look at the new version first.',
  },
  FAQ_ITEM_NOT_FOUND: { status: 404, message: 'There is no such question.' },
});
