import type { StoreBanner, StoreBannerInput } from '../settings.contract.ts';

/**
 * Turns a checked body into what is stored: blank texts become null, items are sorted by
 * `sortOrder` (equal ones keep their order), every item has an id of its own.
 *
 * An id that appears twice keeps its first owner. The storefront keys its list by id, so a
 * duplicated item must not stay a duplicate.
 */
export function normaliseBanner(input: StoreBannerInput, newId: () => string): StoreBanner {
  const taken = new Set<string>();
  const items = input.items.map((item) => {
    const id = item.id === undefined || item.id === '' || taken.has(item.id) ? newId() : item.id;
    taken.add(id);
    return {
      id,
      message: item.message,
      linkLabel: item.linkLabel === '' ? null : item.linkLabel,
      linkHref: item.linkHref === '' ? null : item.linkHref,
      sortOrder: item.sortOrder,
      isActive: item.isActive,
    };
  });
  return {
    enabled: input.enabled,
    items: items.toSorted((a, b) => a.sortOrder - b.sortOrder),
  };
}
