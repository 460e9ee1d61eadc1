import { inTx, type Tx } from '../../../db/client.ts';
import type { TagType } from '../../../db/schema/catalog.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { Tag } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadTagSlugs, lockTag, updateTag } from '../queries/save-collections-and-tags.ts';
import { compareValues } from './compare-values.ts';
import { chooseSlug } from './choose-slug.ts';
import { refreshSearchOfTag } from './refresh-search.ts';

export type TagChanges = {
  name?: string | undefined;
  /** Blank: made from the name. */
  slug?: string | undefined;
  tagType?: TagType | undefined;
};

export type ChangeTagRequest = {
  actor: string;
  requestId: string | null;
  tagId: string;
  changes: TagChanges;
};

/** Leaves room for the number of a collision within the column's 180. */
const MAX_SLUG_BASE = 160;

/**
 * Changes a tag; what is left out stays.
 * @throws Problem TAG_NOT_FOUND, TAG_SLUG_TAKEN
 */
export async function changeTag(app: App, request: ChangeTagRequest): Promise<Tag> {
  const { tagId, changes, actor, requestId } = request;
  return inTx(app, 'changeTag', async (tx) => {
    const tag = await lockTag(tx, tagId);
    if (tag === null) throw new Problem(catalogProblems.TAG_NOT_FOUND);
    const { before, after } = compareValues(tag, await readWanted(tx, tag, changes));
    if (Object.keys(after).length === 0) return tag;
    await updateTag(tx, tagId, after);
    if ('name' in after) await refreshSearchOfTag(tx, tagId);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'tag.changed',
      targetType: 'tag',
      targetId: tagId,
      before,
      after,
      requestId,
    });
    return { ...tag, ...after };
  });
}

async function readWanted(tx: Tx, tag: Tag, changes: TagChanges) {
  const { slug, tagType } = changes;
  const name = changes.name?.trim() ?? tag.name;
  return {
    name,
    ...(slug === undefined ? {} : { slug: await readSlug(tx, { ...tag, name }, slug) }),
    ...(tagType === undefined ? {} : { tagType }),
  };
}

async function readSlug(tx: Tx, tag: Tag, wanted: string): Promise<string> {
  const slug = await chooseSlug({
    wanted,
    name: tag.name,
    fallback: `tag-${tag.id.slice(-8)}`,
    maxLength: MAX_SLUG_BASE,
    loadTaken: async (base) => {
      const taken = await loadTagSlugs(tx, base);
      taken.delete(tag.slug);
      return taken;
    },
  });
  if (slug === null) throw new Problem(catalogProblems.TAG_SLUG_TAKEN);
  return slug;
}
