import type { App } from '../../../kernel/app.ts';
import type { PublicAudit } from '../kuji.contract.ts';
import { loadPublishedSeed, loadLog } from '../queries/load-published.ts';
import { presentLogEntry } from './list-log.ts';
import { parseManifest, requirePublishedSet } from './show-set.ts';

/**
 * Use case: one file with all that a verifier needs; saved, it can be checked for ever without this server.
 * @throws Problem KUJI_SET_NOT_FOUND
 */
export async function showAudit(app: App, setId: string): Promise<PublicAudit> {
  const { db } = app.database;
  const { seal } = await requirePublishedSet(db, setId);
  // Seed before log: a set that is published in between must not show its seed without the entries that led to it.
  const seed = await loadPublishedSeed(db, setId);
  const log = await loadLog(db, { setId, after: 0 });
  return {
    manifest: parseManifest(seal.manifest),
    manifestHash: seal.manifestHash,
    commitment: seal.commitment,
    root: seal.root,
    ...(seed === null ? {} : { seed }),
    log: log.map(presentLogEntry),
  };
}
