import { inTx, type Tx } from '../../../db/client.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import type { LegalType } from '../../../db/schema/content.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { LegalDocument } from '../content.contract.ts';
import { contentProblems } from '../content.problems.ts';
import {
  deactivateLegal,
  insertLegal,
  loadHighestVersion,
  loadLegalVersion,
  type LegalRow,
} from '../queries/keep-legal-documents.ts';
import { presentLegal } from './present-content.ts';

export type Editor = { actor: string; requestId: string | null };

/**
 * Publishes the next version of a type in place of the active one.
 * @throws Problem LEGAL_VERSION_CONFLICT if somebody else publishes the same type at this moment
 */
export function publishLegal(
  app: App,
  request: Editor & { type: LegalType; content: string },
): Promise<LegalDocument> {
  return orConflict(() => inTx(app, 'publishLegal', (tx, now) => publish(tx, app, request, now)));
}

/**
 * Publishes new content for the type of a version, whether that version is active or not: an old text can be taken up
 * again, and the text it replaces stays readable.
 *
 * @throws Problem LEGAL_DOCUMENT_NOT_FOUND, LEGAL_VERSION_CONFLICT
 */
export function reviseLegal(
  app: App,
  request: Editor & { id: string; content: string },
): Promise<LegalDocument> {
  return orConflict(() =>
    inTx(app, 'reviseLegal', async (tx, now) => {
      const revised = await loadLegalVersion(tx, request.id);
      if (!revised) throw new Problem(contentProblems.LEGAL_DOCUMENT_NOT_FOUND);
      return publish(tx, app, { ...request, type: revised.type }, now);
    }),
  );
}

async function publish(
  tx: Tx,
  app: App,
  request: Editor & { type: LegalType; content: string },
  now: Date,
): Promise<LegalDocument> {
  const { type, content } = request;
  // Read before the update that makes a second publisher wait: both then want the same number, and the index lets only
  // one have it. The other's text was written without knowledge of this one, so a person should look again.
  const version = (await loadHighestVersion(tx, type)) + 1;
  const former = await deactivateLegal(tx, type);
  const id = app.newId();
  const row: LegalRow = {
    id,
    type,
    version,
    content,
    isActive: true,
    createdAt: now,
    updatedAt: now,
  };
  await insertLegal(tx, row);
  await recordAudit(tx, {
    id: app.newId(),
    actor: request.actor,
    action: 'legal_document.published',
    targetType: 'legal_document',
    targetId: id,
    // The texts stand in the versions themselves, which nobody can change.
    before: former && { id: former.id, type, version: former.version },
    after: { id, type, version },
    requestId: request.requestId,
  });
  return presentLegal(row);
}

async function orConflict<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const lostRace =
      violatesUnique(error, 'legal_documents_version') ||
      violatesUnique(error, 'legal_documents_one_active');
    if (lostRace) throw new Problem(contentProblems.LEGAL_VERSION_CONFLICT, { cause: error });
    throw error;
  }
}
