import { listen, type Listener } from '../db/listen.ts';
import type { App } from '../kernel/app.ts';

/** Written by a trigger on the audit, at the commit of each edit. */
const CHANNEL = 'popbox_catalogue';

/**
 * Forgets this process's answers as soon as anybody edits what they show, in whatever process. The ceiling on their age
 * stays: it holds for stock, of which nobody is told, and for everything while the connection is lost or where there can be
 * none. Null behind a pooler in transaction mode.
 */
export function followCatalogue(app: App): Listener | null {
  // What forbids prepared statements there forbids listening as well.
  if (!app.database.preparesStatements) return null;
  return listen({
    url: app.config.databaseUrl,
    channel: CHANNEL,
    log: app.log,
    onNews: app.responseCache.forgetAll,
  });
}
