import { inTx } from '../../../db/client.ts';
import type { TagType } from '../../../db/schema/catalog.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { Tag } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { insertTag, loadTagSlugs } from '../queries/save-collections-and-tags.ts';
import { claimSlug } from './claim-slug.ts';
import { makeSlug } from './make-slug.ts';

export type CreateTagRequest = {
  actor: string;
  requestId: string | null;
  name: string;
  /** Blank: made from the name. */
  slug?: string | undefined;
  tagType: TagType;
};

/** Leaves room for the number of a collision within the column's 180. */
const MAX_SLUG_BASE = 160;

/**
 * Creates a tag.
 * @throws Problem TAG_SLUG_TAKEN if the caller chose a slug that exists
 */
export async function createTag(app: App, request: CreateTagRequest): Promise<Tag> {
  return inTx(app, 'createTag', async (tx, now) => {
    const id = app.newId();
    const values = { id, name: request.name.trim(), tagType: request.tagType };
    const insert = (slug: string) =>
      insertTag(tx, { ...values, slug, createdAt: now, updatedAt: now });
    const chosen = request.slug?.trim() ?? '';
    const base = makeSlug(chosen === '' ? values.name : chosen, {
      fallback: `tag-${id.slice(-8)}`,
      maxLength: MAX_SLUG_BASE,
    });
    const slug =
      chosen === '' ? await claimSlug(base, (wanted) => loadTagSlugs(tx, wanted), insert) : base;
    if (chosen !== '' && !(await insert(slug))) throw new Problem(catalogProblems.TAG_SLUG_TAKEN);
    const tag = { ...values, slug };
    await recordAudit(tx, {
      id: app.newId(),
      actor: request.actor,
      action: 'tag.created',
      targetType: 'tag',
      targetId: id,
      before: null,
      after: tag,
      requestId: request.requestId,
    });
    return tag;
  });
}
