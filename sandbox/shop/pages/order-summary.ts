import type { Order, OrderItem } from '../api-shapes.ts';
import { formatCents } from '../format-values.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';

const STATUS_NAMES: Readonly<Record<string, string>> = {
  pending_payment: 'Waiting for payment',
  paid: 'Paid',
  packed: 'Packed',
  shipped: 'Shipped',
  cancelled: 'Cancelled',
  refunded: 'Refunded',
  paid_needs_attention: 'Paid; the shop is looking at it',
  expired: 'Expired',
};

/** Lines and amounts, as they were bought. */
export function renderOrderSummary(order: Order): Html {
  return html`<ul class="lines card">
    ${order.items.map(renderItem)}
    <li class="amounts">
      <dl>
        ${renderAmount('Subtotal', order.subtotalCents)}
        <div>
          <dt>Shipping</dt>
          <dd>${order.shippingCents === 0 ? 'Free' : formatCents(order.shippingCents)}</dd>
        </div>
        ${renderAmount('Tax', order.taxCents)}
        <div class="total">
          <dt>Total</dt>
          <dd>${formatCents(order.totalCents)} CAD</dd>
        </div>
      </dl>
    </li>
  </ul>`;
}

export function renderStatus(status: string): Html {
  return html`<span class="badge status-${status}">${STATUS_NAMES[status] ?? status}</span>`;
}

export function orderAddress(publicId: string): string {
  return `/shop/orders/${encodeURIComponent(publicId)}`;
}

function renderItem(item: OrderItem): Html {
  return html`<li>
    ${
      item.imageUrl === null
        ? html`<span class="thumb"></span>`
        : html`<img class="thumb" src="${item.imageUrl}" alt="" />`
    }
    <span
      ><a href="/shop/products/${encodeURIComponent(item.metadata.slug)}">${item.productName}</a
      ><br /><span class="soft"
        >${item.variantName === null ? null : `${item.variantName}, `}${item.quantity} ×
        ${formatCents(item.unitPriceCents)}</span
      ></span
    >
    <span class="amount">${formatCents(item.lineTotalCents)}</span>
  </li>`;
}

function renderAmount(name: string, cents: number): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${formatCents(cents)}</dd>
  </div>`;
}
