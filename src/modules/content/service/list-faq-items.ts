import type { App } from '../../../kernel/app.ts';
import type { FaqItem } from '../content.contract.ts';
import { loadFaqItems } from '../queries/keep-faq-items.ts';
import { presentFaqItem } from './present-content.ts';

/** Questions by sort order, then age. */
export async function listFaqItems(
  app: App,
  options: { onlyPublished: boolean },
): Promise<FaqItem[]> {
  return (await loadFaqItems(app.database.db, options)).map(presentFaqItem);
}
