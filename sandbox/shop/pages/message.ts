import type { Page } from '../frame.ts';
import { html } from '../html.ts';

/** A page that has nothing but something to say. */
export function messagePage(title: string, text: string): Page {
  return {
    title,
    main: html`<div class="message">
      <h1>${title}</h1>
      <p>${text}</p>
      <p><a class="button" href="/shop">Go to the shop</a></p>
    </div>`,
  };
}

export function missingPage(): Page {
  return messagePage('Nothing here', 'There is no such page in the shop.');
}

export function brokenPage(): Page {
  return messagePage('Something went wrong', 'The shop made a mistake; its terminal says which.');
}

export function goodLinkPage(): Page {
  return messagePage(
    'The link worked',
    'Your e-mail address is confirmed. This little shop has no accounts of its own; your storefront goes on from here.',
  );
}

export function deadLinkPage(): Page {
  return messagePage('The link is not good any more', 'It was used before, or it is too old.');
}
