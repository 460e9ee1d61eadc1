import type { App } from '../../src/kernel/app.ts';
import { createFaqItem, publishLegal } from '../../src/modules/content/index.ts';
import { faqItems, legalDocuments } from './demo-content.ts';

const BY = { actor: 'command:seed', requestId: null };

/**
 * Legal documents and questions for a shop that has none. The banner needs no seed: it is made from the shipping settings
 * until somebody saves another.
 */
export async function seedContent(app: App): Promise<void> {
  const { rows } = await app.database.pool.query(
    'SELECT 1 FROM popbox.legal_documents UNION ALL SELECT 1 FROM popbox.faq_items LIMIT 1',
  );
  if (rows.length > 0) return;
  for (const document of legalDocuments) await publishLegal(app, { ...BY, ...document });
  for (const [sortOrder, item] of faqItems.entries()) {
    await createFaqItem(app, { ...BY, item: { ...item, sortOrder, isPublished: true } });
  }
}
