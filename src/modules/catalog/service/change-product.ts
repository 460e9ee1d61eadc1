import { inTx, type Tx } from '../../../db/client.ts';
import type { ProductStatus } from '../../../db/schema/catalog.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { productActivated } from '../catalog.hooks.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadCollectionIds, loadTagIds } from '../queries/save-memberships.ts';
import { lockProduct, updateProduct, type LockedProduct } from '../queries/save-product.ts';
import { assignCollections } from './assign-collections.ts';
import { assignTags } from './assign-tags.ts';

/** What may change; the rest stays. The type never does, and a new name keeps the address. */
export type ProductChanges = {
  name?: string;
  description?: string | null;
  status?: ProductStatus;
  /** Complete replacement lists. */
  collectionIds?: readonly string[];
  tagIds?: readonly string[];
};

export type ChangeProductRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  changes: ProductChanges;
};

/**
 * Changes a product. One that becomes active is announced, so that a kuji's box is sealed with it or not at all.
 * @throws Problem PRODUCT_NOT_FOUND, VALIDATION_FAILED (unknown collections or tags)
 */
export async function changeProduct(app: App, request: ChangeProductRequest): Promise<void> {
  const { actor, productId, changes } = request;
  await inTx(app, 'changeProduct', async (tx, now) => {
    const product = await lockProduct(tx, productId);
    if (product === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    const before = await describe(tx, product, changes);
    await saveOwnValues(tx, productId, changes);
    if (changes.collectionIds !== undefined) {
      await assignCollections(tx, productId, changes.collectionIds);
    }
    if (changes.tagIds !== undefined) await assignTags(tx, productId, changes.tagIds);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'product.changed',
      targetType: 'product',
      targetId: productId,
      before,
      after: { ...changes },
      requestId: request.requestId,
    });
    if (changes.status === 'active' && product.status !== 'active') {
      await app.hooks.run(productActivated, tx, { now, actor, productId });
    }
  });
}

async function saveOwnValues(tx: Tx, productId: string, changes: ProductChanges): Promise<void> {
  const { name, description, status } = changes;
  const values = {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status }),
  };
  if (Object.keys(values).length > 0) await updateProduct(tx, productId, values);
}

/** The present values of what is about to change. */
async function describe(
  tx: Tx,
  product: LockedProduct,
  changes: ProductChanges,
): Promise<Record<string, unknown>> {
  const { name, description, status } = product;
  return {
    ...(changes.name === undefined ? {} : { name }),
    ...(changes.description === undefined ? {} : { description }),
    ...(changes.status === undefined ? {} : { status }),
    ...(changes.collectionIds === undefined
      ? {}
      : { collectionIds: await loadCollectionIds(tx, product.id) }),
    ...(changes.tagIds === undefined ? {} : { tagIds: await loadTagIds(tx, product.id) }),
  };
}
