import { readConfig } from '../src/config/index.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { changeProduct, createProduct } from '../src/modules/catalog/index.ts';
import { addPrize } from '../src/modules/kuji/index.ts';

const BY = { actor: 'bench', requestId: null };

/** One kuji on sale with this many tickets and a Last One, made by the shop's own use cases. */
export async function seedKuji(
  env: Record<string, string>,
  tickets: number,
): Promise<{ productId: string }> {
  const log = createLogger({ level: 'silent', environment: 'test' });
  const app = buildApp({ config: readConfig({ ...env, PROCESS_ROLE: 'api' }), log });
  try {
    await app.queue.start();
    const { id: productId } = await createProduct(app, {
      ...BY,
      name: 'Bench kuji',
      description: null,
      productType: 'kuji',
      status: 'draft',
      priceCents: 1_500,
      collectionIds: [],
    });
    const prizes = [
      { prizeTier: 'A', quantity: 1 },
      { prizeTier: 'B', quantity: 9 },
      { prizeTier: 'C', quantity: tickets - 10 },
      { prizeTier: 'LO', quantity: 1 },
    ];
    for (const [sortOrder, { prizeTier, quantity }] of prizes.entries()) {
      await addPrize(app, {
        ...BY,
        productId,
        prize: {
          prizeCode: prizeTier,
          prizeTier,
          name: `Prize ${prizeTier}`,
          description: null,
          imageUrl: null,
          initialQuantity: quantity,
          remainingQuantity: quantity,
          sortOrder,
        },
      });
    }
    await changeProduct(app, { ...BY, productId, changes: { status: 'active' } });
    return { productId };
  } finally {
    await app.queue.stop();
    await app.database.close();
  }
}
