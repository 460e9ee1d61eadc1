/** The collection that the shop arranges by hand, and that the storefront asks for by this slug. */
export const FEATURED_SLUG = 'featured';
