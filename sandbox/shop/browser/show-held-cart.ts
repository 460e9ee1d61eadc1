import { findElement } from './find-element.ts';
import { readHeldCart } from './held-cart.ts';

const cart = readHeldCart();
if (cart !== null && cart.heldUntilMs > Date.now()) {
  const time = new Date(cart.heldUntilMs).toLocaleTimeString([], { timeStyle: 'short' });
  findElement('held-until', HTMLSpanElement).textContent = `, until about ${time}`;
  const link = findElement('pay-after-all', HTMLAnchorElement);
  link.href = cart.checkoutUrl;
  link.hidden = false;
}
