import type { Response } from 'express';
import type { SandboxCore } from '../core.ts';
import { renderFrame } from './frame.ts';
import type { Page } from './frame.ts';

export type SendPage = (response: Response, status: number, page: Page) => void;

export function createPageSender(core: Pick<SandboxCore, 'mails'>): SendPage {
  return (response, status, page) => {
    response
      .status(status)
      .set({
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'same-origin',
        'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': [
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          // Pictures lie in the storage, wherever that is.
          'img-src http: https: data:',
          "connect-src 'self'",
          "form-action 'self'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
        ].join('; '),
      })
      .type('html')
      .send(renderFrame(page, { mailCount: core.mails.length }));
  };
}
