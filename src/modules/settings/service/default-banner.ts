import { formatCents } from '../../../kernel/money.ts';
import type { ShippingSettings, StoreBanner } from '../settings.contract.ts';

/** Page of the storefront that explains fees and returns. */
const SHIPPING_PAGE_PATH = '/legal/shipping-returns';

/**
 * The banner of a shop that never saved one. Its numbers come from the shipping settings, so it
 * cannot promise another fee than checkout charges; its id is fixed, so two first readers agree.
 */
export function defaultBanner(shipping: ShippingSettings): StoreBanner {
  return {
    enabled: true,
    items: [
      {
        id: 'default-shipping',
        message: announceShipping(shipping),
        linkLabel: null,
        linkHref: SHIPPING_PAGE_PATH,
        sortOrder: 0,
        isActive: true,
      },
    ],
  };
}

function announceShipping(shipping: ShippingSettings): string {
  if (shipping.flatShippingCents === 0 || shipping.freeShippingThresholdCents === 0) {
    return 'Free shipping across Canada.';
  }
  const threshold = formatCents(shipping.freeShippingThresholdCents);
  const fee = formatCents(shipping.flatShippingCents);
  return `Free shipping across Canada from ${threshold}. Flat rate ${fee} below that.`;
}
