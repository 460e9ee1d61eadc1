import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import type { RequestHandler } from 'express';

/** No dot but the last: neither another folder nor a test. */
const MODULE_NAME = /^[a-z-]+\.ts$/;

/**
 * `/:file` as the browser runs it: the repository's own source without its types, with no build in between.
 *
 * @param folder Ends with a slash.
 */
export function serveModules(folder: URL): RequestHandler<{ file: string }> {
  return async (request, response, next) => {
    const { file } = request.params;
    if (!MODULE_NAME.test(file)) {
      next();
      return;
    }
    const source = await readFile(new URL(file, folder), 'utf8').catch(() => null);
    if (source === null) {
      next();
      return;
    }
    response
      .set({ 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' })
      .type('text/javascript')
      .send(stripTypeScriptTypes(source));
  };
}
