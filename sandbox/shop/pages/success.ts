import type { Success } from '../api-shapes.ts';
import { formatCount } from '../format-values.ts';
import type { Page } from '../frame.ts';
import { html } from '../html.ts';
import { messagePage } from './message.ts';
import { orderAddress, renderOrderSummary } from './order-summary.ts';

/** Orders that will not be paid any more, for example since a bank refused days later. */
const ENDED: readonly string[] = ['cancelled', 'expired'];

/** Where the payment page leads. */
export function successPage(success: Success): Page {
  if (!success.pending) return paidPage(success);
  return ENDED.includes(success.status) ? endedPage() : pendingPage(success.publicId);
}

function endedPage(): Page {
  const text = 'Nothing was charged, and what was reserved for you can be bought again.';
  return messagePage('The payment did not go through', text);
}

/** Asks again until the order is there; see `browser/await-order.ts`. */
function pendingPage(publicId: string): Page {
  return {
    title: 'One moment',
    script: 'await-order.ts',
    main: html`<div class="message" id="pending">
      <h1>One moment…</h1>
      <p>We are waiting for your payment to arrive. This is order ${publicId}.</p>
      <progress aria-label="Waiting for the payment"></progress>
      <p id="pending-status" role="status"></p>
    </div>`,
  };
}

function paidPage({ order, needsAttention }: Extract<Success, { pending: false }>): Page {
  const address = orderAddress(order.publicId);
  const tickets = order.tickets.length;
  return {
    title: 'Thank you',
    main: html`<div class="narrow">
      <h1>Thank you!</h1>
      <p>
        Order <strong>${order.publicId}</strong> is paid. A mail is on its way to
        ${order.customer.email}; it waits in the <a href="/mailbox">mailbox</a>.
      </p>
      ${
        needsAttention
          ? html`<p class="error">
              Something about this order has to be looked at by a person. The shop will write to
              you.
            </p>`
          : null
      }
      <p class="actions">
        ${
          tickets === 0
            ? null
            : html`<a class="button strong" href="${address}/tickets"
                >Open your ${formatCount(tickets, 'ticket')}</a
              >`
        }
        <a class="button" href="${address}">Open your order</a>
      </p>
      ${renderOrderSummary(order)}
    </div>`,
  };
}
