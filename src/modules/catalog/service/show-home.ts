import type { App } from '../../../kernel/app.ts';
import type { ProductCard } from '../catalog.contract.ts';
import { loadHome, type HomeRow } from '../queries/load-home.ts';
import { presentCard } from './present-card.ts';

export type Home = {
  featured: ProductCard[];
  trendingNow: ProductCard[];
  allProductsPreview: ProductCard[];
};

/** The three rows of the home page. */
export async function showHome(app: App): Promise<Home> {
  const rows = await loadHome(app.database);
  const list = (placeOf: (row: HomeRow) => number | null): ProductCard[] =>
    rows
      .flatMap((row) => {
        const place = placeOf(row);
        return place === null ? [] : [{ row, place }];
      })
      .sort((a, b) => a.place - b.place)
      .map(({ row }) => presentCard(row, app.storage));
  return {
    featured: list((row) => row.featured),
    trendingNow: list((row) => row.trending),
    allProductsPreview: list((row) => row.newest),
  };
}
