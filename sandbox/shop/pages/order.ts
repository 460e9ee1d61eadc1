import type { Order } from '../api-shapes.ts';
import { formatCount, formatInstant } from '../format-values.ts';
import type { Page } from '../frame.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { orderAddress, renderOrderSummary, renderStatus } from './order-summary.ts';

export function orderPage(order: Order): Page {
  const tickets = order.tickets.length;
  const sealed = order.tickets.filter(
    ({ revealedAt, voidedAt }) => revealedAt === null && voidedAt === null,
  ).length;
  return {
    title: `Order ${order.publicId}`,
    main: html`<div class="narrow">
      <h1>Order ${order.publicId}</h1>
      <p>
        ${renderStatus(order.status)}
        ${
          order.paidAt === null
            ? null
            : html`<span class="soft">Paid on ${formatInstant(order.paidAt)}</span>`
        }
      </p>
      ${
        tickets === 0
          ? null
          : html`<p class="card callout">
              <span
                ><strong>${formatCount(tickets, 'kuji ticket')}</strong><br /><span class="soft"
                  >${sealed === 0 ? 'All of them are open.' : `${String(sealed)} still sealed`}</span
                ></span
              >
              <a class="button strong" href="${orderAddress(order.publicId)}/tickets"
                >${sealed === 0 ? 'See the tickets' : 'Open the tickets'}</a
              >
            </p>`
      }
      ${renderOrderSummary(order)}
      <div class="columns">
        <section>
          <h2>Ships to</h2>
          ${renderAddress(order.shippingAddress)}
        </section>
        <section>
          <h2>Contact</h2>
          <p>${order.customer.email}</p>
          ${
            order.customerNote === null
              ? null
              : html`<h2>Your note</h2>
                  <p class="description">${order.customerNote}</p>`
          }
        </section>
      </div>
    </div>`,
  };
}

function renderAddress(address: Readonly<Record<string, string>>): Html {
  const { fullName, line1, line2, city, province, postalCode, countryCode } = address;
  const place = [city, province, postalCode].filter((part) => part !== undefined).join(' ');
  const country = countryCode === 'CA' ? 'Canada' : countryCode;
  const lines = [fullName, line1, line2, place, country].filter((line) => line !== undefined);
  return html`<address>${lines.map((line) => html`${line}<br />`)}</address>`;
}
