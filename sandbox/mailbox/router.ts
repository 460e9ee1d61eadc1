import { randomBytes } from 'node:crypto';
import express from 'express';
import type { Response, Router } from 'express';
import type { Mail, SandboxCore } from '../core.ts';
import { listPage } from './list-page.ts';
import { mailPage } from './mail-page.ts';
import { missingPage } from './page.ts';

/**
 * A mail reader for everything the sandbox accepted: `/mailbox`, `/mailbox/:id`, and for programs
 * `/mailbox.json`, which answers `{ mails: Mail[] }`, newest first, or only those of `?to=<address>`.
 */
export function createMailboxRouter(core: SandboxCore): Router {
  const router = express.Router();
  router.get('/mailbox.json', (request, response) => {
    const to = request.query.to;
    const mails = newestFirst(core.mails);
    response.set('Cache-Control', 'no-store').json({
      mails: typeof to === 'string' ? mails.filter((mail) => isAddressedTo(mail, to)) : mails,
    });
  });
  router.get('/mailbox', (_request, response) => {
    sendPage(response, 200, (nonce) => listPage(newestFirst(core.mails), nonce));
  });
  router.get('/mailbox/:id', (request, response) => {
    const mail = core.mails.find(({ id }) => id === request.params.id);
    if (mail === undefined) sendPage(response, 404, () => missingPage());
    else sendPage(response, 200, (nonce) => mailPage(mail, nonce));
  });
  return router;
}

function newestFirst(mails: readonly Mail[]): Mail[] {
  return [...mails].reverse();
}

function isAddressedTo(mail: Mail, address: string): boolean {
  return mail.to.some((mailbox) => mailbox.toLowerCase().includes(address.toLowerCase()));
}

function sendPage(response: Response, status: number, render: (nonce: string) => string): void {
  const nonce = randomBytes(16).toString('base64');
  response
    .status(status)
    .set({
      'Cache-Control': 'no-store',
      // The frame with the mail inherits this: its scripts can never run, its styles and images do.
      'Content-Security-Policy': [
        "default-src 'none'",
        `script-src 'nonce-${nonce}'`,
        "style-src 'unsafe-inline'",
        'img-src http: https: data:',
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
      ].join('; '),
    })
    .type('html')
    .send(render(nonce));
}
