import type { ProductCard, ProductList } from '../api-shapes.ts';
import { formatCents, formatCount } from '../format-values.ts';
import type { Page } from '../frame.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';

export const PRODUCT_TYPES = ['standard', 'kuji'] as const;
export type ProductType = (typeof PRODUCT_TYPES)[number];

const FILTERS: readonly { type: ProductType | null; name: string }[] = [
  { type: null, name: 'Everything' },
  { type: 'standard', name: 'Goods' },
  { type: 'kuji', name: 'Ichiban Kuji' },
];

/** Part of the tickets below which a card says that they are going. */
const FEW = 0.25;

export function productGridPage(list: ProductList, type: ProductType | null): Page {
  return {
    title: 'Shop',
    script: 'load-more.ts',
    main: html`<h1>Shop</h1>
      <nav class="filters" aria-label="Kinds of products">
        ${FILTERS.map(
          (filter) =>
            html`<a
              href="${gridAddress(filter.type)}"
              ${filter.type === type ? html`aria-current="page"` : null}
              >${filter.name}</a
            >`,
        )}
      </nav>
      <ul class="grid" id="products">
        ${list.items.map(renderCard)}
      </ul>
      ${list.items.length === 0 ? html`<p class="message">Nothing is on sale here.</p>` : null}
      <p class="more" id="more">
        ${
          list.nextCursor === null
            ? null
            : html`<a class="button" href="${gridAddress(type, list.nextCursor)}">More products</a>`
        }
      </p>
      <p class="hidden" id="more-status" role="status"></p>`,
  };
}

/** "From", where variants differ in price. */
export function renderPrice(product: ProductCard): Html {
  return product.hasPriceRange
    ? html`<span class="soft">from</span> ${formatCents(product.minPriceCents)}`
    : html`${formatCents(product.priceCents)}`;
}

export function renderPicture(product: ProductCard): Html {
  const [image] = product.images;
  return image === undefined
    ? html`<div class="picture"></div>`
    : html`<img class="picture" src="${image.url}" alt="${image.altText ?? ''}" />`;
}

function renderCard(product: ProductCard): Html {
  return html`<li>
    <a class="card product" href="/shop/products/${encodeURIComponent(product.slug)}">
      ${renderPicture(product)}
      <span class="name">${product.name}</span>
      <span class="price"
        >${renderPrice(product)}${product.productType === 'kuji' ? html` <span class="soft">a ticket</span>` : null}</span
      >
      ${renderBadge(product)}
    </a>
  </li>`;
}

function renderBadge({ isSoldOut, ticketSummary }: ProductCard): Html | null {
  if (isSoldOut) return html`<span class="badge gone">Sold out</span>`;
  if (ticketSummary === undefined) return null;
  const { remainingTickets, totalTickets } = ticketSummary;
  const left = formatCount(remainingTickets, 'ticket');
  return remainingTickets <= totalTickets * FEW
    ? html`<span class="badge few">Only ${left} left</span>`
    : html`<span class="badge">${left} left</span>`;
}

function gridAddress(type: ProductType | null, cursor: string | null = null): string {
  const query = new URLSearchParams();
  if (type !== null) query.set('type', type);
  if (cursor !== null) query.set('cursor', cursor);
  return query.size === 0 ? '/shop' : `/shop?${query.toString()}`;
}
