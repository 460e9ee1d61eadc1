import type { ProductDetail, Variant } from '../api-shapes.ts';
import { formatCents } from '../format-values.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';

const MAX_QUANTITY = 20;

const PROVINCES: readonly (readonly [code: string, name: string])[] = [
  ['AB', 'Alberta'],
  ['BC', 'British Columbia'],
  ['MB', 'Manitoba'],
  ['NB', 'New Brunswick'],
  ['NL', 'Newfoundland and Labrador'],
  ['NS', 'Nova Scotia'],
  ['NT', 'Northwest Territories'],
  ['NU', 'Nunavut'],
  ['ON', 'Ontario'],
  ['PE', 'Prince Edward Island'],
  ['QC', 'Quebec'],
  ['SK', 'Saskatchewan'],
  ['YT', 'Yukon'],
];

/**
 * Choice, amount and, after "Buy now", the shopper. Its buttons work from the moment `browser/check-out.ts` runs: a click
 * before that would be lost without a sign.
 */
export function renderCheckoutForm(product: ProductDetail): Html {
  const isKuji = product.productType === 'kuji';
  const available = product.inventory?.available ?? MAX_QUANTITY;
  const most = Math.max(1, Math.min(MAX_QUANTITY, available));
  return html`<form
    id="checkout"
    data-product-id="${product.id}"
    data-price-cents="${product.priceCents}"
    autocomplete="off"
  >
    ${isKuji ? null : renderVariants(product)}
    <div class="buy">
      <p>
        <label for="quantity">${isKuji ? 'Tickets' : 'Quantity'}</label>
        <input
          id="quantity"
          name="quantity"
          type="number"
          inputmode="numeric"
          min="1"
          max="${most}"
          value="1"
          required
          aria-describedby="sum"
        />
      </p>
      <button
        class="button strong"
        type="button"
        id="buy-now"
        disabled
        aria-expanded="false"
        aria-controls="shopper"
      >
        Buy now
      </button>
    </div>
    <p id="sum" class="soft" aria-live="polite"></p>
    <div id="shopper" hidden>${renderShopper()}</div>
  </form>`;
}

function renderVariants(product: ProductDetail): Html | null {
  const first =
    product.variants.find(
      ({ id, isAvailable }) => isAvailable && id === product.defaultVariantId,
    ) ?? product.variants.find(({ isAvailable }) => isAvailable);
  if (product.variants.length === 0) return null;
  return html`<fieldset class="variants">
    <legend>${product.variants.length === 1 ? 'Version' : 'Choose one'}</legend>
    ${product.variants.map((variant) => renderVariant(variant, variant.id === first?.id))}
  </fieldset>`;
}

function renderVariant({ id, name, priceCents, isAvailable }: Variant, isChosen: boolean): Html {
  return html`<label class="choice">
    <input
      type="radio"
      name="variant"
      value="${id}"
      data-price-cents="${priceCents}"
      required
      ${isChosen ? html`checked` : null}
      ${isAvailable ? null : html`disabled`}
    />
    <span>${name}</span>
    <span class="soft">${isAvailable ? formatCents(priceCents) : 'Sold out'}</span>
  </label>`;
}

/** Filled in with a person who can be sent to, so that a try takes one click. */
function renderShopper(): Html {
  return html`<h2 tabindex="-1" id="shopper-title">Where to?</h2>
    ${renderField({ name: 'email', label: 'Email', value: 'shopper@example.com', type: 'email' })}
    ${renderField({ name: 'fullName', label: 'Full name', value: 'Sam Shopper' })}
    ${renderField({ name: 'line1', label: 'Address', value: '800 Macleod Trail SE' })}
    ${renderField({ name: 'line2', label: 'Apartment, unit (optional)', value: '', isOptional: true })}
    <div class="pair">
      ${renderField({ name: 'city', label: 'City', value: 'Calgary' })}
      ${renderField({ name: 'postalCode', label: 'Postal code', value: 'T2G 2M3' })}
    </div>
    <p>
      <label for="province">Province or territory</label>
      <select id="province" name="province">
        ${PROVINCES.map(([code, name]) => html`<option value="${code}">${name}</option>`)}
      </select>
    </p>
    <p id="checkout-error" class="error" role="alert" hidden></p>
    <button class="button strong wide" id="go-pay" disabled>Go to payment</button>
    <p class="soft">
      Shipping and tax are added on the next page. Your items are held for ten minutes.
    </p>`;
}

function renderField(field: {
  name: string;
  label: string;
  value: string;
  type?: string;
  isOptional?: boolean;
}): Html {
  const { name, label, value, type = 'text', isOptional = false } = field;
  return html`<p>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      ${isOptional ? null : html`required`}
    />
  </p>`;
}
