import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { saveTrendingScores } from '../../catalog/index.ts';
import { loadDemand } from '../queries/load-demand.ts';

/**
 * Counts what is being bought and writes it to the products, so that no page has to. Returns how many products have
 * another score than before.
 */
export async function refreshTrendingScores(app: Pick<App, 'database' | 'log'>): Promise<number> {
  const changed = await inTx(app, 'refreshTrendingScores', async (tx, now) =>
    saveTrendingScores(tx, await loadDemand(tx, now)),
  );
  app.log.info({ changed }, 'trending scores refreshed');
  return changed;
}
