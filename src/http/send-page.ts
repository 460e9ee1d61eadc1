import type { Response } from 'express';
import { createHash } from 'node:crypto';

/** A page for people. It has one style sheet of its own, no script, and loads nothing. */
export type Page = { html: string; style: string };

/**
 * Sends a page. Its policy names the one style sheet by its hash and forbids all else, so that a value that got past the
 * escaping could still neither run nor load anything.
 */
export function sendPage(response: Response, page: Page): void {
  const style = createHash('sha256').update(page.style).digest('base64');
  response.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  response.type('html').send(page.html);
}
