import { callApi } from './call-api.ts';
import { findElement } from './find-element.ts';
import { forgetHeldCart, readHeldCart } from './held-cart.ts';

const cart = readHeldCart();
if (cart !== null && cart.heldUntilMs > Date.now()) {
  const time = new Date(cart.heldUntilMs).toLocaleTimeString([], { timeStyle: 'short' });
  findElement('held-until', HTMLSpanElement).textContent = `, until about ${time}`;
  const link = findElement('pay-after-all', HTMLAnchorElement);
  link.href = cart.checkoutUrl;
  link.hidden = false;
  const button = findElement('give-up', HTMLButtonElement);
  button.hidden = false;
  button.addEventListener('click', () => {
    void giveUp(cart.publicId, link, button);
  });
}

/** Others can buy the items at once, and this tab has nothing to pay any more. */
async function giveUp(
  publicId: string,
  link: HTMLAnchorElement,
  button: HTMLButtonElement,
): Promise<void> {
  button.disabled = true;
  const path = `/checkout/session/${encodeURIComponent(publicId)}/cancel`;
  const reply = await callApi(path, { method: 'POST' });
  findElement('what-is-held', HTMLParagraphElement).textContent = reply.message;
  button.disabled = false;
  if (!reply.ok) return;
  forgetHeldCart();
  link.hidden = true;
  button.hidden = true;
}
