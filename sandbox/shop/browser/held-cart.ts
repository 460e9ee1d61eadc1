/** The checkout that this tab has gone to pay: the payment page's way back tells nothing of it. */
export type HeldCart = { publicId: string; checkoutUrl: string; heldUntilMs: number };

const KEY = 'popbox.heldCart';

export function keepHeldCart(cart: HeldCart): void {
  sessionStorage.setItem(KEY, JSON.stringify(cart));
}

export function forgetHeldCart(): void {
  sessionStorage.removeItem(KEY);
}

export function readHeldCart(): HeldCart | null {
  const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (typeof kept !== 'object' || kept === null) return null;
  if (!('publicId' in kept) || !('checkoutUrl' in kept) || !('heldUntilMs' in kept)) return null;
  const { publicId, checkoutUrl, heldUntilMs } = kept;
  if (typeof publicId !== 'string') return null;
  if (typeof checkoutUrl !== 'string' || typeof heldUntilMs !== 'number') return null;
  return isWebAddress(checkoutUrl) ? { publicId, checkoutUrl, heldUntilMs } : null;
}

/** Going to any other kind of address could run code in this page. */
export function isWebAddress(address: string): boolean {
  return /^https?:$/.test(URL.parse(address)?.protocol ?? '');
}
