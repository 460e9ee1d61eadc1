import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { LegalDocument } from '../content.contract.ts';
import { contentProblems } from '../content.problems.ts';
import {
  loadActiveLegal,
  loadLegalVersion,
  loadLegalVersions,
} from '../queries/keep-legal-documents.ts';
import { presentLegal } from './present-content.ts';

/** The active document of each type that has one. */
export async function listActiveLegal(app: App): Promise<LegalDocument[]> {
  return (await loadActiveLegal(app.database.db)).map(presentLegal);
}

/** @throws Problem LEGAL_DOCUMENT_NOT_FOUND for an unknown type, and for one that was never published */
export async function showActiveLegal(app: App, type: string): Promise<LegalDocument> {
  const active = (await listActiveLegal(app)).find((document) => document.type === type);
  if (!active) throw new Problem(contentProblems.LEGAL_DOCUMENT_NOT_FOUND);
  return active;
}

/** Every version by type, the newest first. */
export async function listLegalVersions(app: App): Promise<LegalDocument[]> {
  return (await loadLegalVersions(app.database.db)).map(presentLegal);
}

/** @throws Problem LEGAL_DOCUMENT_NOT_FOUND */
export async function showLegalVersion(app: App, id: string): Promise<LegalDocument> {
  const row = await loadLegalVersion(app.database.db, id);
  if (!row) throw new Problem(contentProblems.LEGAL_DOCUMENT_NOT_FOUND);
  return presentLegal(row);
}
