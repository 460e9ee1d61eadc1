import { LOGO, SHOP_NAME } from '../pages/pay-page.ts';
import { formatCount } from './format-values.ts';
import { html, ownMarkup } from './html.ts';
import type { Html } from './html.ts';

export type Page = {
  title: string;
  main: Html;
  /** File of `browser/` that the page runs. */
  script?: string;
};

/** The frame of every page of the shop. No asset comes from elsewhere. */
export function renderFrame(page: Page, facts: { mailCount: number }): string {
  const { mailCount } = facts;
  const { script } = page;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · ${SHOP_NAME}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/shop/shop.css" />
        ${
          script === undefined
            ? null
            : html`<script type="module" src="/shop/browser/${script}"></script>`
        }
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <aside class="note" aria-label="About this shop">
          <strong>Sandbox</strong>: a little shop to try the API with. Nothing is sold or sent.
        </aside>
        <header>
          <a class="brand" href="/shop">${ownMarkup(LOGO)}<span>${SHOP_NAME}</span></a>
          <nav aria-label="Shop">
            <a href="/shop">Shop</a>
            <a href="/mailbox"
              >Mailbox<span class="soft"> (${formatCount(mailCount, 'mail')})</span></a
            >
          </nav>
        </header>
        <noscript
          ><p class="note">To buy here and to open tickets, please allow JavaScript.</p></noscript
        >
        <main id="main" tabindex="-1">${page.main}</main>
      </body>
    </html> `.markup;
}
