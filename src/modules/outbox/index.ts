export { html, oneLine, SafeHtml } from './layout/escape-html.ts';
export {
  button,
  layOutMail,
  layOutText,
  link,
  paragraph,
  subheading,
  type RenderedMail,
} from './layout/lay-out-mail.ts';
export { outboxAdminRouter } from './outbox.admin-router.ts';
export { suppressionSchema, type Suppression } from './outbox.admin-contract.ts';
export { mailFailed, mailSecretRenewing } from './outbox.hooks.ts';
export { mailQueue } from './outbox.queue.ts';
export {
  enqueueMail,
  enqueueMails,
  SECRET_PLACEHOLDER,
  type MailRequest,
} from './service/enqueue-mail.ts';
export { findSuppressions } from './service/find-suppressions.ts';
export { forgetDeadSecrets } from './service/forget-dead-secrets.ts';
export { presentSuppression } from './service/present-mail.ts';
export { recordDelivery, type DeliveryReport } from './service/record-delivery.ts';
export { requeueStrandedMails } from './service/requeue-stranded-mails.ts';
export { sendMail } from './service/send-mail.ts';
export { eraseMails, eraseOldMails, exportMails } from './service/erase-mails.ts';
export { eraseOldSuppressions, eraseSuppression } from './service/erase-suppressions.ts';
