import type { Response } from 'express';
import { createHash } from 'node:crypto';

/**
 * A page for people. It has one style sheet of its own, at most one script, and loads nothing. Style and script are the
 * very texts between their tags.
 */
export type Page = { html: string; style: string; script?: string };

/** Sends a page with a policy by which nothing else than its own style and script can run or load. */
export function sendPage(response: Response, page: Page): void {
  response.set('Content-Security-Policy', `${pagePolicy(page)}; frame-ancestors 'none'`);
  response.type('html').send(page.html);
}

/**
 * A policy that names style and script by their hashes and forbids all else, so that a value that got past the escaping
 * could still neither run nor load anything. A script may ask this server and nobody else.
 */
export function pagePolicy({ style, script }: Pick<Page, 'style' | 'script'>): string {
  const forScript =
    script === undefined
      ? ["form-action 'none'"]
      : [
          `script-src ${hashSource(script)}`,
          "connect-src 'self'",
          "form-action 'self'",
          'img-src data:',
        ];
  return [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    ...forScript,
    "base-uri 'none'",
  ].join('; ');
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
