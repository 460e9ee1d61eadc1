import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { FaqChanges, NewFaqItem } from '../content.admin-contract.ts';
import type { FaqItem } from '../content.contract.ts';
import { contentProblems } from '../content.problems.ts';
import {
  insertFaqItem,
  lockFaqItem,
  removeFaqItem,
  saveFaqItem,
  type FaqRow,
} from '../queries/keep-faq-items.ts';
import { presentFaqItem } from './present-content.ts';

type Editor = { actor: string; requestId: string | null };

type Values = Readonly<Record<string, unknown>>;

/** Adds a question with its answer. */
export function createFaqItem(app: App, request: Editor & { item: NewFaqItem }): Promise<FaqItem> {
  return inTx(app, 'createFaqItem', async (tx, now) => {
    const { item } = request;
    const id = app.newId();
    const row = await insertFaqItem(tx, { id, ...item, createdAt: now, updatedAt: now });
    if (!row) throw new Error('A question was not inserted.');
    await audit(tx, app, request, { action: 'created', id, before: null, after: item });
    return presentFaqItem(row);
  });
}

/**
 * Changes what `changes` names and nothing else, so that two editors of different fields do not undo each other.
 * @throws Problem FAQ_ITEM_NOT_FOUND
 */
export function changeFaqItem(
  app: App,
  request: Editor & { id: string; changes: FaqChanges },
): Promise<FaqItem> {
  const { id, changes } = request;
  return inTx(app, 'changeFaqItem', async (tx) => {
    const present = await requireFaqItem(tx, id);
    const fields = FIELDS.filter(
      (field) => changes[field] !== undefined && changes[field] !== present[field],
    );
    if (fields.length === 0) return presentFaqItem(present);
    const after = await saveFaqItem(tx, id, changes);
    if (!after) throw new Error('A locked question disappeared.');
    await audit(tx, app, request, {
      action: 'changed',
      id,
      before: pick(present, fields),
      after: pick(after, fields),
    });
    return presentFaqItem(after);
  });
}

/** @throws Problem FAQ_ITEM_NOT_FOUND */
export function deleteFaqItem(app: App, request: Editor & { id: string }): Promise<void> {
  const { id } = request;
  return inTx(app, 'deleteFaqItem', async (tx) => {
    const present = await requireFaqItem(tx, id);
    await removeFaqItem(tx, id);
    await audit(tx, app, request, {
      action: 'deleted',
      id,
      before: pick(present, FIELDS),
      after: null,
    });
  });
}

const FIELDS = ['question', 'answer', 'category', 'sortOrder', 'isPublished'] as const;

function pick(row: FaqRow, fields: readonly (typeof FIELDS)[number][]): Values {
  return Object.fromEntries(fields.map((field) => [field, row[field]]));
}

async function requireFaqItem(tx: Tx, id: string): Promise<FaqRow> {
  const row = await lockFaqItem(tx, id);
  if (!row) throw new Problem(contentProblems.FAQ_ITEM_NOT_FOUND);
  return row;
}

async function audit(
  tx: Tx,
  app: App,
  editor: Editor,
  entry: { action: string; id: string; before: Values | null; after: Values | null },
): Promise<void> {
  await recordAudit(tx, {
    id: app.newId(),
    actor: editor.actor,
    action: `faq_item.${entry.action}`,
    targetType: 'faq_item',
    targetId: entry.id,
    before: entry.before,
    after: entry.after,
    requestId: editor.requestId,
  });
}
