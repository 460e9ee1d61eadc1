import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  changeCollectionRoute,
  changeTagRoute,
  createCollectionRoute,
  createTagRoute,
  listAllCollectionsRoute,
  listAllTagsRoute,
  reorderCollectionsRoute,
  saveFeaturedOrderRoute,
  showFeaturedOrderRoute,
} from './catalog.collections-contract.ts';
import { changeCollection } from './service/change-collection.ts';
import { changeTag } from './service/change-tag.ts';
import { createCollection } from './service/create-collection.ts';
import { createTag } from './service/create-tag.ts';
import { listAllCollections } from './service/list-collections.ts';
import { listTags } from './service/list-tags.ts';
import { reorderCollections } from './service/reorder-collections.ts';
import { saveFeaturedOrder } from './service/save-featured-order.ts';
import { showFeaturedOrder } from './service/show-featured-order.ts';

/** The literal paths stand before those with an id, which would take them for one. */
export function catalogCollectionsRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listAllCollectionsRoute, async () => ({
      data: await listAllCollections(app),
    })),
    handleStaff(app, createCollectionRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await createCollection(app, { ...body, actor, requestId }),
    })),
    handleStaff(app, reorderCollectionsRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await reorderCollections(app, { ...body, actor, requestId }),
    })),
    handleStaff(app, showFeaturedOrderRoute, async () => ({
      data: await showFeaturedOrder(app),
    })),
    handleStaff(app, saveFeaturedOrderRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await saveFeaturedOrder(app, { ...body, actor, requestId }),
    })),
    handleStaff(app, changeCollectionRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await changeCollection(app, {
        collectionId: params.id,
        changes: body,
        actor,
        requestId,
      }),
    })),
    handleStaff(app, listAllTagsRoute, async () => ({ data: await listTags(app) })),
    handleStaff(app, createTagRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await createTag(app, { ...body, actor, requestId }),
    })),
    handleStaff(app, changeTagRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await changeTag(app, { tagId: params.id, changes: body, actor, requestId }),
    })),
  ];
}
