import { asText, callApi } from './call-api.ts';
import type { Reply } from './call-api.ts';
import { findElement } from './find-element.ts';
import { isWebAddress, keepHeldCart } from './held-cart.ts';

/** How long the API holds what is in a cart. */
const HELD_MS = 10 * 60 * 1000;

const MONEY = new Intl.NumberFormat('en-CA', { style: 'currency', currency: 'CAD' });

// A product that is sold out has no form.
if (document.getElementById('checkout') !== null) startCheckout();

function startCheckout(): void {
  const form = findElement('checkout', HTMLFormElement);
  const buyNow = findElement('buy-now', HTMLButtonElement);
  const shopper = findElement('shopper', HTMLDivElement);
  form.addEventListener('input', () => {
    showSum(form);
  });
  showSum(form);
  buyNow.addEventListener('click', () => {
    if (!findElement('quantity', HTMLInputElement).reportValidity()) return;
    shopper.hidden = false;
    buyNow.setAttribute('aria-expanded', 'true');
    findElement('shopper-title', HTMLHeadingElement).focus();
  });
  let key = newKey();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (shopper.hidden) {
      buyNow.click();
      return;
    }
    void sendCheckout(form, key).then((isAnswered) => {
      // Without an answer the same try may go on; with one, the next is a new one.
      if (isAnswered) key = newKey();
    });
  });
  buyNow.disabled = false;
  setBusy(false);
  // Whoever comes back from the payment page may meet this page as they left it.
  addEventListener('pageshow', () => {
    setBusy(false);
  });
}

/** @returns False if it is not known what became of the try. */
async function sendCheckout(form: HTMLFormElement, key: string): Promise<boolean> {
  showError('');
  setBusy(true);
  const reply = await callApi('/checkout/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(readCheckout(form)),
  });
  const checkoutUrl = asText(reply.data['checkoutUrl']);
  if (reply.ok && isWebAddress(checkoutUrl)) {
    keepHeldCart({
      publicId: asText(reply.data['publicId']),
      checkoutUrl,
      heldUntilMs: Date.now() + HELD_MS,
    });
    location.assign(checkoutUrl);
    return true;
  }
  setBusy(false);
  showError(reply.message);
  return isFinal(reply);
}

function isFinal({ status, code }: Reply): boolean {
  return status !== 0 && status < 500 && code !== 'IDEMPOTENCY_IN_PROGRESS';
}

function readCheckout(form: HTMLFormElement): object {
  const values = new FormData(form);
  const text = (name: string): string => asText(values.get(name));
  const variant = text('variant');
  return {
    email: text('email'),
    items: [
      {
        productId: form.dataset['productId'],
        productVariantId: variant === '' ? null : variant,
        quantity: Number(text('quantity')),
      },
    ],
    shippingAddress: {
      fullName: text('fullName'),
      line1: text('line1'),
      line2: text('line2'),
      city: text('city'),
      province: text('province'),
      postalCode: text('postalCode'),
      countryCode: 'CA',
    },
    billingSameAsShipping: true,
  };
}

function showSum(form: HTMLFormElement): void {
  const variant = form.querySelector<HTMLInputElement>('input[name=variant]:checked');
  const each = Number((variant ?? form).dataset['priceCents']);
  const quantity = findElement('quantity', HTMLInputElement).valueAsNumber;
  findElement('sum', HTMLParagraphElement).textContent =
    quantity > 0 ? `${MONEY.format((each * quantity) / 100)} plus shipping and tax` : '';
}

function showError(message: string): void {
  const error = findElement('checkout-error', HTMLParagraphElement);
  error.hidden = message === '';
  error.textContent = message;
}

function setBusy(isBusy: boolean): void {
  const button = findElement('go-pay', HTMLButtonElement);
  button.disabled = isBusy;
  button.textContent = isBusy ? 'Reserving your items…' : 'Go to payment';
}

/** Not `randomUUID` for its own sake: the API takes any text that no other try has. */
function newKey(): string {
  return `checkout-${crypto.randomUUID()}`;
}
