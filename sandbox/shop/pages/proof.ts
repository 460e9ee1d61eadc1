import type { Page } from '../frame.ts';
import { html } from '../html.ts';

/** The verifier is the repository's own file, unbuilt, so that what runs here can be read there. */
const CODE = `
import { verifyProof } from '/shop/verifier/verify-proof.ts';
import { showVerification } from '/shop/browser/show-verification.ts';
showVerification(verifyProof)`;

export function proofPage(ticketNumber: string): Page {
  return {
    title: `Check ticket ${ticketNumber}`,
    code: CODE,
    main: html`<div class="narrow" id="proof" data-ticket-number="${ticketNumber}">
      <h1>Check the draw of ticket ${ticketNumber}</h1>
      <p>
        Your browser fetches the ticket’s proof and the box’s public history, and computes
        everything again: the box was sealed before the first ticket was sold, and the payment
        decided which number the ticket got.
      </p>
      <p id="verdict" class="verdict" role="status">Checking…</p>
      <ol id="steps" class="steps"></ol>
      <form id="payment" class="card" autocomplete="off">
        <p>
          <label for="payment-id">Your payment’s id (optional)</label>
          <input
            id="payment-id"
            name="paymentId"
            placeholder="pi_…"
            aria-describedby="payment-help"
          />
        </p>
        <p class="soft" id="payment-help">
          Only the buyer knows it. With it your browser also checks that the number comes from your
          own payment. It is not sent anywhere.
        </p>
        <button class="button" id="check-again" disabled>Check again</button>
      </form>
      <details>
        <summary>The data that was checked</summary>
        <pre id="data"></pre>
      </details>
      <p class="soft">
        The verifier is <a href="/shop/verifier/verify-proof.ts">one readable file</a> and a few
        that it imports. To check a whole box in a terminal: <code>pnpm kuji:verify</code>.
      </p>
    </div>`,
  };
}
