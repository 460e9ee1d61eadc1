import { missingReference } from './stripe-refusal.ts';

export type Page = {
  limit: number;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
};

export type ListObject = { object: 'list'; url: string; has_more: boolean; data: object[] };

/** One page of `items`, which are given oldest first; lists show the newest first. */
export function listObjects<T extends { id: string }>(
  items: readonly T[],
  page: Page,
  list: { url: string; object: string; view: (item: T) => object },
): ListObject {
  const newestFirst = [...items].reverse();
  const indexOf = (id: string, param: string): number => {
    const index = newestFirst.findIndex((item) => item.id === id);
    if (index < 0) throw missingReference(list.object, id, param);
    return index;
  };
  if (page.ending_before !== undefined) {
    const end = indexOf(page.ending_before, 'ending_before');
    const start = Math.max(0, end - page.limit);
    const data = newestFirst.slice(start, end).map(list.view);
    return { object: 'list', url: list.url, has_more: start > 0, data };
  }
  const start =
    page.starting_after === undefined ? 0 : indexOf(page.starting_after, 'starting_after') + 1;
  const data = newestFirst.slice(start, start + page.limit).map(list.view);
  return { object: 'list', url: list.url, has_more: start + page.limit < newestFirst.length, data };
}
