import type { Ticket, TicketList } from '../api-shapes.ts';
import { formatCount } from '../format-values.ts';
import type { Page } from '../frame.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { orderAddress } from './order-summary.ts';
import { renderTier } from './prize-table.ts';

/**
 * The section `#tickets` is also what `browser/reveal-tickets.ts` takes anew after a reveal.
 *
 * @param apiUrl Where the page stands that checks a draw.
 */
export function ticketsPage(publicId: string, list: TicketList, apiUrl: string): Page {
  const { total, unrevealed } = list.counts;
  return {
    title: `Tickets of order ${publicId}`,
    script: 'reveal-tickets.ts',
    main: html`<p class="back"><a href="${orderAddress(publicId)}">Order ${publicId}</a></p>
      <h1>Your tickets</h1>
      <p id="told" role="status" class="told"></p>
      <p id="reveal-error" class="error" role="alert" hidden></p>
      <section id="tickets" data-public-id="${publicId}" aria-label="Tickets">
        <div class="bar">
          <p class="soft">
            ${formatCount(total, 'ticket')},
            ${unrevealed === 0 ? 'all open' : `${String(unrevealed)} still sealed`}
          </p>
          ${
            unrevealed > 1
              ? html`<button class="button strong" type="button" id="reveal-all" disabled>
                  Reveal all
                </button>`
              : null
          }
        </div>
        <ul class="tickets">
          ${list.tickets.map((ticket) => renderTicket(ticket, apiUrl))}
        </ul>
      </section>`,
  };
}

function renderTicket(ticket: Ticket, apiUrl: string): Html {
  const { id, ticketNumber, prize, kujiProduct } = ticket;
  const state = ticket.voidedAt !== null ? 'void' : prize === null ? 'sealed' : 'open';
  return html`<li
    id="ticket-${id}"
    class="card ticket ${state}"
    tabindex="-1"
    data-state="${state}"
    data-told="${prize === null ? '' : `Ticket ${ticketNumber}: prize ${prize.prizeCode}, ${prize.name}.`}"
  >
    <p class="soft">${kujiProduct.name}</p>
    <p class="ticket-number">${ticketNumber}</p>
    ${state === 'void' ? html`<p>This ticket was taken back.</p>` : null}
    ${
      state === 'sealed'
        ? html`<p class="seal" aria-hidden="true">?</p>
            <button
              class="button"
              type="button"
              data-reveal="${id}"
              disabled
              aria-label="Reveal ticket ${ticketNumber}"
            >
              Reveal
            </button>`
        : null
    }
    ${prize === null ? null : renderPrize(ticketNumber, prize, apiUrl)}
  </li>`;
}

function renderPrize(
  ticketNumber: string,
  prize: NonNullable<Ticket['prize']>,
  apiUrl: string,
): Html {
  return html`<div class="won">
      ${
        prize.imageUrl === null
          ? renderTier(prize)
          : html`<img class="thumb" src="${prize.imageUrl}" alt="" />`
      }
      <p>
        <span class="soft">Prize ${prize.prizeCode}</span><br /><strong>${prize.name}</strong>
        ${prize.description === null ? null : html`<br /><span class="soft">${prize.description}</span>`}
      </p>
    </div>
    ${
      prize.prizeTier === 'LO'
        ? html`<p class="soft">The Last One comes with the last ticket that left the box.</p>`
        : html`<p>
            <a href="${apiUrl}/verify?ticket=${encodeURIComponent(ticketNumber)}"
              >Check the draw<span class="hidden"> of ticket ${ticketNumber}</span></a
            >
          </p>`
    }`;
}
