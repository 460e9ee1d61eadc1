import type { Target } from './measure.ts';
import type { Goal } from './report.ts';

export type Servers = {
  api: { port: number; pid: number };
  bare: { port: number; pid: number };
  /** How many products there are. */
  products: number;
};

const BARE_LIST = 'bare Express, constant JSON of the list';
const BARE_DETAIL = 'bare Express, constant JSON of the detail';
const BARE_SELECT = 'bare Express, one prepared select';

export const LIST_PATH = '/api/v1/products';

/** Spread over the whole catalogue, and the same in every run. */
export const detailPath = (n: number, products: number): string =>
  `${LIST_PATH}/product-${String(1 + ((n * 7919) % products))}`;

const WORDS = [
  'starlight',
  'courier',
  'kitsune',
  'lantern',
  'lullaby',
  'detective',
  'figure',
  'plush',
  'sakura',
  'garden',
];
const SORTS = ['newest', 'price_asc', 'price_desc', 'name_asc', 'name_desc', 'trending'];
const word = (n: number) => pick(WORDS, n);
const pick = (list: readonly string[], n: number) => list[n % list.length] ?? '';

/** What is measured, each baseline beside what is compared with it. */
export function targetsOf({ api, bare, products }: Servers): Target[] {
  const onBare = (name: string, path: string): Target => ({
    name,
    path: () => path,
    port: bare.port,
    serverPid: bare.pid,
  });
  // A query key that nobody reads makes each URL new, so nothing comes from memory.
  const onApi = (name: string, path: (n: number) => string): Target => ({
    name,
    path,
    port: api.port,
    serverPid: api.pid,
  });
  return [
    onBare(BARE_LIST, '/list'),
    onApi('list, hot', () => LIST_PATH),
    onBare(BARE_DETAIL, '/detail'),
    onApi('detail, hot', () => detailPath(1, products)),
    onBare(BARE_SELECT, '/select'),
    onApi('list, uncached', (n) => `${LIST_PATH}?n=${String(n)}`),
    onApi('detail, uncached', (n) => `${detailPath(n, products)}?n=${String(n)}`),
    onApi(
      'list in every order, uncached',
      (n) => `${LIST_PATH}?sort=${pick(SORTS, n)}&n=${String(n)}`,
    ),
    onApi(
      'list of a collection or tag in every order, uncached',
      (n) =>
        `${LIST_PATH}?${n % 2 === 0 ? 'collection=collection' : 'tag=tag'}-${String(2 + (n % 37))}&sort=${pick(SORTS, n)}&n=${String(n)}`,
    ),
    onApi(
      'autocomplete, uncached',
      (n) => `/api/v1/search/autocomplete?q=${word(n).slice(0, 3 + (n % 4))}&n=${String(n)}`,
    ),
    onApi(
      'search, uncached',
      (n) => `/api/v1/search?q=${word(n)}%20${word(n * 3 + 1)}&n=${String(n)}`,
    ),
  ];
}

export const GOALS: readonly Goal[] = [
  { read: 'list, hot', of: BARE_LIST, leastShare: 60 },
  { read: 'detail, hot', of: BARE_DETAIL, leastShare: 60 },
  { read: 'list, uncached', of: BARE_SELECT, leastShare: 15 },
  { read: 'detail, uncached', of: BARE_SELECT, leastShare: 35 },
  { read: 'list, uncached', mostP99Ms: 50 },
  { read: 'list in every order, uncached', mostP99Ms: 50 },
  { read: 'list of a collection or tag in every order, uncached', mostP99Ms: 50 },
  { read: 'detail, uncached', mostP99Ms: 50 },
  { read: 'autocomplete, uncached', mostP99Ms: 50 },
  { read: 'search, uncached', mostP99Ms: 100 },
];
