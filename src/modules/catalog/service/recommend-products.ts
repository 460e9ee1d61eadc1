import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { ProductCard } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadCards } from '../queries/load-cards.ts';
import { findRecommendationSource, rankRecommendations } from '../queries/rank-recommendations.ts';
import { presentCard } from './present-card.ts';

export type Recommendations = { items: ProductCard[]; meta: { count: number; limit: number } };

/**
 * Products that go with one, best first.
 * @throws Problem PRODUCT_NOT_FOUND if there is no such active product
 */
export async function recommendProducts(
  app: App,
  slug: string,
  limit: number,
): Promise<Recommendations> {
  const source = await findRecommendationSource(app.database, slug);
  if (source === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
  const rows = await loadCards(
    app.database,
    await rankRecommendations(app.database, source, limit),
  );
  const items = rows.map((row) => presentCard(row, app.storage));
  return { items, meta: { count: items.length, limit } };
}
