export { html, oneLine, type SafeHtml } from './layout/escape-html.ts';
export {
  button,
  layOutMail,
  layOutText,
  link,
  paragraph,
  subheading,
  type RenderedMail,
} from './layout/lay-out-mail.ts';
export { mailQueue } from './outbox.queue.ts';
export { enqueueMail, SECRET_PLACEHOLDER, type MailRequest } from './service/enqueue-mail.ts';
export { requeueStrandedMails } from './service/requeue-stranded-mails.ts';
export { sendMail } from './service/send-mail.ts';
export { eraseMails, eraseOldMails, exportMails } from './service/erase-mails.ts';
