export { contentRouter } from './content.router.ts';
export type { FaqItem, LegalDocument } from './content.contract.ts';
export { createFaqItem } from './service/edit-faq-items.ts';
export { publishLegal } from './service/publish-legal.ts';
export { deleteMessagesOf, deleteOldMessages, exportMessages } from './service/erase-messages.ts';
