import type { TagType } from '../../src/db/schema/catalog.ts';

/** What the demo shop sells. Invented names: nobody's characters are borrowed. Prices in cents. */

export const collections = [
  { name: 'Featured', slug: 'featured', description: 'What we would buy ourselves this week.' },
  { name: 'New arrivals', slug: 'new-arrivals', description: 'Fresh from the last crate.' },
  {
    name: 'Desk companions',
    slug: 'desk-companions',
    description: 'Small things that watch you work.',
  },
] as const;

export type CollectionSlug = (typeof collections)[number]['slug'];

export const tags: readonly { name: string; slug: string; tagType: TagType }[] = [
  { name: 'Moonrabbit Works', slug: 'moonrabbit-works', tagType: 'brand' },
  { name: 'Kitsune Toys', slug: 'kitsune-toys', tagType: 'brand' },
  { name: 'Paper Lantern', slug: 'paper-lantern', tagType: 'brand' },
  { name: 'Starlight Courier', slug: 'starlight-courier', tagType: 'series' },
  { name: 'Tea House Detectives', slug: 'tea-house-detectives', tagType: 'series' },
  { name: 'Iron Lullaby', slug: 'iron-lullaby', tagType: 'series' },
  { name: 'Figures', slug: 'figures', tagType: 'category' },
  { name: 'Apparel', slug: 'apparel', tagType: 'category' },
  { name: 'Stationery', slug: 'stationery', tagType: 'category' },
  { name: 'Kuji', slug: 'kuji', tagType: 'category' },
];

export type DemoProduct = {
  name: string;
  description: string;
  tags: string[];
  collections: CollectionSlug[];
  /** The first is the default. */
  variants: { name: string; sku: string; priceCents: number; onHand: number }[];
};

const one = (sku: string, priceCents: number, onHand: number) => [
  { name: 'Standard', sku, priceCents, onHand },
];

const sizes = (sku: string, priceCents: number, stock: [number, number, number]) =>
  (['S', 'M', 'L'] as const).map((size, i) => ({
    name: size,
    sku: `${sku}-${size}`,
    priceCents,
    onHand: stock[i] ?? 0,
  }));

export const products: readonly DemoProduct[] = [
  {
    name: 'Starlight Courier: Mika 1/7 scale figure',
    description: 'Mika in mid-delivery, scarf flying. 24 cm with base, painted PVC and ABS.',
    tags: ['moonrabbit-works', 'starlight-courier', 'figures'],
    collections: ['featured', 'new-arrivals'],
    variants: one('MRW-MIKA-17', 18_999, 8),
  },
  {
    name: 'Starlight Courier: Mika prize figure',
    description: 'The little sister of the scale figure. 16 cm.',
    tags: ['moonrabbit-works', 'starlight-courier', 'figures'],
    collections: ['featured', 'desk-companions'],
    variants: [
      { name: 'Day uniform', sku: 'MRW-MIKA-P1', priceCents: 3_499, onHand: 40 },
      { name: 'Night uniform', sku: 'MRW-MIKA-P2', priceCents: 3_899, onHand: 22 },
    ],
  },
  {
    name: 'Inspector Ume figurine',
    description: 'She already knows who drank the tea. 12 cm, comes with two faces.',
    tags: ['kitsune-toys', 'tea-house-detectives', 'figures'],
    collections: ['featured', 'desk-companions'],
    variants: one('KT-UME-01', 4_999, 31),
  },
  {
    name: 'Sergeant Oolong figurine',
    description: 'A teapot with a badge. Lid comes off; no, you cannot brew in it.',
    tags: ['kitsune-toys', 'tea-house-detectives', 'figures'],
    collections: ['desk-companions'],
    variants: one('KT-OOLONG-01', 3_999, 18),
  },
  {
    name: 'Iron Lullaby: Unit 04 model kit',
    description: 'Snap-fit kit in 1/100, 212 parts, no glue needed.',
    tags: ['paper-lantern', 'iron-lullaby', 'figures'],
    collections: ['new-arrivals'],
    variants: [
      { name: 'Standard armour', sku: 'PL-U04-A', priceCents: 5_499, onHand: 25 },
      { name: 'Winter armour', sku: 'PL-U04-B', priceCents: 5_999, onHand: 9 },
      { name: 'Clear parts', sku: 'PL-U04-C', priceCents: 6_999, onHand: 0 },
    ],
  },
  {
    name: 'Iron Lullaby: pilot jacket',
    description: 'Heavy cotton, embroidered number on the sleeve.',
    tags: ['paper-lantern', 'iron-lullaby', 'apparel'],
    collections: ['featured'],
    variants: sizes('PL-JACKET', 12_999, [4, 7, 2]),
  },
  {
    name: 'Starlight Courier: delivery T-shirt',
    description: 'The company shirt. Washed soft, printed by hand.',
    tags: ['moonrabbit-works', 'starlight-courier', 'apparel'],
    collections: ['new-arrivals'],
    variants: sizes('MRW-TEE', 3_499, [30, 34, 28]),
  },
  {
    name: 'Tea House Detectives: case notebook',
    description: 'A5, dotted, 160 pages, with an envelope for evidence.',
    tags: ['kitsune-toys', 'tea-house-detectives', 'stationery'],
    collections: ['desk-companions'],
    variants: [
      { name: 'Green tea', sku: 'KT-NOTE-G', priceCents: 1_899, onHand: 60 },
      { name: 'Black tea', sku: 'KT-NOTE-B', priceCents: 1_899, onHand: 55 },
    ],
  },
  {
    name: 'Starlight Courier: postcard set',
    description: 'Twelve night skies, twelve stamps drawn by the courier herself.',
    tags: ['moonrabbit-works', 'starlight-courier', 'stationery'],
    collections: ['new-arrivals'],
    variants: one('MRW-POST-12', 1_299, 80),
  },
  {
    name: 'Iron Lullaby: blueprint poster',
    description: 'Unit 04 in section, 50 × 70 cm, on heavy matte paper.',
    tags: ['paper-lantern', 'iron-lullaby', 'stationery'],
    collections: [],
    variants: one('PL-BLUE-01', 2_499, 36),
  },
  {
    name: 'Moonrabbit plush',
    description: 'The brand’s own rabbit. Ears can be tied.',
    tags: ['moonrabbit-works', 'figures'],
    collections: ['desk-companions', 'featured'],
    variants: [
      { name: 'Small, 15 cm', sku: 'MRW-PL-S', priceCents: 2_499, onHand: 42 },
      { name: 'Large, 40 cm', sku: 'MRW-PL-L', priceCents: 5_999, onHand: 6 },
    ],
  },
  {
    name: 'Kitsune mask keychain',
    description: 'Enamel on brass, with a bell that really rings.',
    tags: ['kitsune-toys', 'stationery'],
    collections: ['desk-companions'],
    variants: [
      { name: 'White', sku: 'KT-KEY-W', priceCents: 999, onHand: 90 },
      { name: 'Black', sku: 'KT-KEY-B', priceCents: 999, onHand: 75 },
    ],
  },
  {
    name: 'Paper Lantern desk light',
    description: 'Folded by hand, USB-C, warm white, dims by touch.',
    tags: ['paper-lantern', 'stationery'],
    collections: ['desk-companions'],
    variants: one('PL-LIGHT-01', 7_499, 14),
  },
  {
    name: 'Tea House Detectives: enamel pin set',
    description: 'Four suspects and one alibi.',
    tags: ['kitsune-toys', 'tea-house-detectives', 'apparel'],
    collections: ['new-arrivals'],
    variants: one('KT-PINS-05', 2_199, 48),
  },
  {
    name: 'Starlight Courier: messenger bag',
    description: 'Waxed canvas, holds an A4 folder and one lost letter.',
    tags: ['moonrabbit-works', 'starlight-courier', 'apparel'],
    collections: [],
    variants: one('MRW-BAG-01', 8_999, 11),
  },
  {
    name: 'Iron Lullaby: hangar diorama base',
    description: 'Three interlocking plates for 1/100 kits.',
    tags: ['paper-lantern', 'iron-lullaby', 'figures'],
    collections: [],
    variants: one('PL-BASE-03', 3_299, 20),
  },
  {
    name: 'Tea House Detectives: teacup',
    description: 'Porcelain, 180 ml. The fingerprint on the side belongs to the culprit.',
    tags: ['kitsune-toys', 'tea-house-detectives', 'stationery'],
    collections: ['featured'],
    variants: [
      { name: 'Single', sku: 'KT-CUP-1', priceCents: 2_299, onHand: 33 },
      { name: 'Pair', sku: 'KT-CUP-2', priceCents: 3_999, onHand: 12 },
    ],
  },
  {
    name: 'Starlight Courier: sticker sheet',
    description: 'Twenty-four stickers that survive a dishwasher.',
    tags: ['moonrabbit-works', 'starlight-courier', 'stationery'],
    collections: [],
    variants: one('MRW-STICK-24', 599, 150),
  },
  {
    name: 'Iron Lullaby: lullaby music box',
    description: 'Eighteen notes, wound by a little steel key.',
    tags: ['paper-lantern', 'iron-lullaby', 'figures'],
    collections: ['new-arrivals'],
    variants: one('PL-MUSIC-18', 6_499, 7),
  },
  {
    name: '月うさぎ アクリルスタンド',
    description: 'An acrylic stand of the Moonrabbit, 10 cm, straight from Osaka.',
    tags: ['moonrabbit-works', 'figures'],
    collections: ['desk-companions'],
    variants: one('MRW-ACR-01', 1_799, 44),
  },
  {
    name: 'Kitsune Toys blind capsule',
    description: 'One of six foxes. The seventh is a rumour.',
    tags: ['kitsune-toys', 'figures'],
    collections: [],
    variants: one('KT-CAPS-01', 699, 200),
  },
  {
    name: 'Courier’s scarf',
    description: 'Merino, two metres, in the colour of 5 a.m.',
    tags: ['moonrabbit-works', 'starlight-courier', 'apparel'],
    collections: [],
    variants: [
      { name: 'Dawn', sku: 'MRW-SCARF-D', priceCents: 4_499, onHand: 16 },
      { name: 'Dusk', sku: 'MRW-SCARF-U', priceCents: 4_499, onHand: 13 },
    ],
  },
  {
    name: 'Tea House Detectives: art book',
    description: 'Two hundred pages of sketches, floor plans and red herrings.',
    tags: ['kitsune-toys', 'tea-house-detectives', 'stationery'],
    collections: ['featured', 'new-arrivals'],
    variants: one('KT-ART-01', 5_499, 19),
  },
  {
    name: 'Iron Lullaby: the last bolt',
    description: 'A real M8 bolt in a velvet box. Fans will understand. Sold out since spring.',
    tags: ['paper-lantern', 'iron-lullaby', 'figures'],
    collections: [],
    variants: one('PL-BOLT-01', 1_499, 0),
  },
];

export type DemoPrize = {
  code: string;
  tier: string;
  name: string;
  /** Printed on the box. */
  initial: number;
  /** In the box when it is sealed. */
  remaining: number;
};

export type DemoKuji = {
  name: string;
  description: string;
  ticketPriceCents: number;
  tags: string[];
  collections: CollectionSlug[];
  prizes: DemoPrize[];
};

const prize = (
  code: string,
  name: string,
  initial: number,
  remaining: number = initial,
): DemoPrize => ({
  code,
  tier: code === 'LO' ? 'LO' : code.charAt(0),
  name,
  initial,
  remaining,
});

export const kujis: readonly DemoKuji[] = [
  {
    name: 'Ichiban Kuji: Starlight Courier – Night Delivery',
    description:
      'Eighty tickets, every one wins. A prizes are the big figures; Last One is the golden Mika.',
    ticketPriceCents: 1_600,
    tags: ['moonrabbit-works', 'starlight-courier', 'kuji'],
    collections: ['featured', 'new-arrivals'],
    prizes: [
      prize('A', 'Mika figure, 22 cm', 2),
      prize('B', 'Postmaster Hoshi figure, 20 cm', 2),
      prize('C', 'Night sky blanket', 6),
      prize('D', 'Courier mug', 10),
      prize('E', 'Rubber charm', 30),
      prize('F', 'Letter set', 30),
      prize('LO', 'Golden Mika figure', 1),
    ],
  },
  {
    name: 'Ichiban Kuji: Tea House Detectives – The Missing Spoon',
    description: 'Forty tickets. Two different A prizes of the same tier; one culprit.',
    ticketPriceCents: 1_500,
    tags: ['kitsune-toys', 'tea-house-detectives', 'kuji'],
    collections: ['featured'],
    prizes: [
      prize('A1', 'Inspector Ume figure', 1),
      prize('A2', 'Sergeant Oolong figure', 1),
      prize('B', 'Porcelain tea set', 3),
      prize('C', 'Case file folder', 10),
      prize('D', 'Acrylic keychain', 25),
      prize('LO', 'The missing spoon, silver', 1),
    ],
  },
  {
    name: 'Ichiban Kuji: Iron Lullaby – Final Movement',
    description:
      'The last tickets of a paper box of twenty. Whoever takes the very last one also gets Last One.',
    ticketPriceCents: 1_200,
    tags: ['paper-lantern', 'iron-lullaby', 'kuji'],
    collections: ['featured'],
    prizes: [
      prize('A', 'Unit 04 bust', 1, 1),
      prize('B', 'Music box', 3, 0),
      prize('C', 'Towel', 6, 1),
      prize('D', 'Sticker set', 10, 1),
      prize('LO', 'Unit 04 bust, clear', 1),
    ],
  },
];
