import { fetchPage } from './fetch-page.ts';
import { findElement } from './find-element.ts';

/** "More products" is a link to the next page; here its products are put under those that are seen. */
const more = findElement('more', HTMLParagraphElement);
more.addEventListener('click', (event) => {
  const link = event.target;
  if (!(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  void addProducts(link);
});

async function addProducts(link: HTMLAnchorElement): Promise<void> {
  const next = await fetchPage(link.href);
  const items = [...(next?.querySelectorAll('#products > li') ?? [])];
  const nextMore = next?.querySelector('#more');
  if (!nextMore) {
    location.assign(link.href);
    return;
  }
  findElement('products', HTMLUListElement).append(...items);
  more.replaceChildren(...nextMore.childNodes);
  items[0]?.querySelector('a')?.focus({ preventScroll: true });
  findElement('more-status', HTMLParagraphElement).textContent =
    `${String(items.length)} more products.`;
}
