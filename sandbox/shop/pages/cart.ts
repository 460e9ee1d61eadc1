import type { Page } from '../frame.ts';
import { html } from '../html.ts';

/** Where the payment page's "back" leads. The cart of this shop is the one thing that was to be bought. */
export function cartPage(): Page {
  return {
    title: 'Not paid yet',
    script: 'show-held-cart.ts',
    main: html`<div class="message">
      <h1>You left the payment page</h1>
      <p id="what-is-held" role="status">
        Nothing was charged. Your items stay reserved for ten minutes from the moment you went to
        pay<span id="held-until"></span>; after that others can buy them.
      </p>
      <p class="actions">
        <a class="button strong" id="pay-after-all" hidden>Back to the payment page</a>
        <button class="button" id="give-up" type="button" hidden>Give the items up</button>
        <a class="button" href="/shop">Back to the shop</a>
      </p>
    </div>`,
  };
}
