import { handle, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { contentAdminRouter } from './content.admin-router.ts';
import { contactRoute, listFaqRoute, listLegalRoute, showLegalRoute } from './content.contract.ts';
import { listFaqItems } from './service/list-faq-items.ts';
import { receiveContact } from './service/receive-contact.ts';
import { listActiveLegal, showActiveLegal } from './service/show-legal.ts';

export function contentRouter(app: App): Mounted[] {
  return [
    handle(app, listLegalRoute, async () => ({ data: { items: await listActiveLegal(app) } })),
    handle(app, showLegalRoute, async ({ params }) => ({
      data: await showActiveLegal(app, params.type),
    })),
    handle(app, listFaqRoute, async () => ({
      data: { items: await listFaqItems(app, { onlyPublished: true }) },
    })),
    handle(app, contactRoute, async ({ body }, { clientAddress, isExemptCaller }) => {
      await receiveContact(app, { body, clientAddress, isExemptCaller });
      return { data: null, message: 'Thank you, we have received your message.' };
    }),
    ...contentAdminRouter(app),
  ];
}
