import type { ProductDetail } from '../api-shapes.ts';
import { formatCents, formatCount } from '../format-values.ts';
import type { Page } from '../frame.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { renderCheckoutForm } from './checkout-form.ts';
import { renderPrizes } from './prize-table.ts';
import { renderPicture, renderPrice } from './product-grid.ts';

export function productDetailPage(product: ProductDetail): Page {
  const isKuji = product.productType === 'kuji';
  return {
    title: product.name,
    script: 'check-out.ts',
    main: html`<p class="back"><a href="/shop">All products</a></p>
      <div class="detail">
        <div>${renderPicture(product)}</div>
        <div>
          <h1>${product.name}</h1>
          <p class="big">
            ${
              isKuji
                ? html`${formatCents(product.priceCents)} <span class="soft">a ticket</span>`
                : renderPrice(product)
            }
          </p>
          ${
            product.description === null
              ? null
              : html`<p class="description">${product.description}</p>`
          }
          ${renderTicketsLeft(product)}
          ${
            product.isSoldOut
              ? html`<p class="badge gone">Sold out</p>`
              : renderCheckoutForm(product)
          }
          ${isKuji ? renderPrizes(product) : null}
        </div>
      </div>`,
  };
}

/** Less can be bought than is left while others stand at the payment page. */
function renderTicketsLeft({ ticketSummary, inventory }: ProductDetail): Html | null {
  if (ticketSummary === undefined) return null;
  const { remainingTickets, totalTickets } = ticketSummary;
  const held = remainingTickets - (inventory?.available ?? remainingTickets);
  return html`<p>
    <label class="meter">
      <span
        >${remainingTickets} of ${formatCount(totalTickets, 'ticket')}
        left${held > 0 ? `, ${String(held)} of them held for others` : null}</span
      >
      <progress value="${remainingTickets}" max="${totalTickets}"></progress>
    </label>
  </p>`;
}
