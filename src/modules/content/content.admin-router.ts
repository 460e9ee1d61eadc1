import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  changeFaqItemRoute,
  createFaqItemRoute,
  deleteFaqItemRoute,
  listFaqItemsRoute,
  listLegalVersionsRoute,
  publishLegalRoute,
  reviseLegalRoute,
  showLegalVersionRoute,
} from './content.admin-contract.ts';
import { changeFaqItem, createFaqItem, deleteFaqItem } from './service/edit-faq-items.ts';
import { listFaqItems } from './service/list-faq-items.ts';
import { publishLegal, reviseLegal } from './service/publish-legal.ts';
import { listLegalVersions, showLegalVersion } from './service/show-legal.ts';

export function contentAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listLegalVersionsRoute, async () => ({
      data: { items: await listLegalVersions(app) },
    })),
    handleStaff(app, publishLegalRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await publishLegal(app, { ...body, actor, requestId }),
    })),
    handleStaff(app, showLegalVersionRoute, async ({ params }) => ({
      data: await showLegalVersion(app, params.id),
    })),
    handleStaff(app, reviseLegalRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await reviseLegal(app, { id: params.id, content: body.content, actor, requestId }),
    })),
    handleStaff(app, listFaqItemsRoute, async () => ({
      data: { items: await listFaqItems(app, { onlyPublished: false }) },
    })),
    handleStaff(app, createFaqItemRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await createFaqItem(app, { item: body, actor, requestId }),
    })),
    handleStaff(app, changeFaqItemRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await changeFaqItem(app, { id: params.id, changes: body, actor, requestId }),
    })),
    handleStaff(app, deleteFaqItemRoute, async ({ params }, { requestId }, { actor }) => {
      await deleteFaqItem(app, { id: params.id, actor, requestId });
      return { data: { id: params.id, deleted: true as const } };
    }),
  ];
}
