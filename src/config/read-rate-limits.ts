import { z } from 'zod';

/** What an operation costs us or others; each route is of one class, health and metrics of none. */
export const LIMIT_CLASSES = [
  'public',
  'auth',
  'checkout',
  'contact',
  'reveal',
  'webhooks',
  'admin',
] as const;

export type LimitClass = (typeof LIMIT_CLASSES)[number];

export type Limit = { points: number; seconds: number };

/**
 * `client` is one network address, behind which may be a household, an office or a storefront's server: wide. `person` is
 * who is signed in, who holds a guest's cookie, or an e-mail from one address: narrower.
 */
export type RateLimits = Readonly<Record<LimitClass, { client: Limit; person: Limit }>>;

const FIVE_MINUTES = 300;
const TEN_MINUTES = 600;

const DEFAULTS: RateLimits = {
  public: { client: per(6_000, FIVE_MINUTES), person: per(1_500, FIVE_MINUTES) },
  auth: { client: per(600, TEN_MINUTES), person: per(30, TEN_MINUTES) },
  checkout: { client: per(3_000, TEN_MINUTES), person: per(120, TEN_MINUTES) },
  contact: { client: per(60, TEN_MINUTES), person: per(10, TEN_MINUTES) },
  reveal: { client: per(3_000, TEN_MINUTES), person: per(300, TEN_MINUTES) },
  // All of a provider's deliveries come from a few addresses, and a drop makes thousands within a minute.
  webhooks: { client: per(6_000, 60), person: per(6_000, 60) },
  admin: { client: per(6_000, FIVE_MINUTES), person: per(1_500, FIVE_MINUTES) },
};

function per(points: number, seconds: number): Limit {
  return { points, seconds };
}

const WIDEST = 1_000_000_000;
const LONGEST = 86_400;

const entrySchema = z.object({
  class: z.enum(LIMIT_CLASSES),
  who: z.enum(['client', 'person']),
  points: z.coerce.number().int().min(1).max(WIDEST),
  seconds: z.coerce.number().int().min(1).max(LONGEST),
});

/**
 * The defaults with what `public.client=6000/300, checkout.person=20/600` changes in them; null if it cannot be read.
 */
export function readRateLimits(text: string | null): RateLimits | null {
  const limits: Record<string, { client: Limit; person: Limit }> = structuredClone(DEFAULTS);
  for (const part of (text ?? '').split(',').filter((entry) => entry.trim() !== '')) {
    const match = /^(\w+)\.(\w+)=(\d+)\/(\d+)$/.exec(part.trim());
    const [, name, who, points, seconds] = match ?? [];
    const entry = entrySchema.safeParse({ class: name, who, points, seconds });
    if (!entry.success) return null;
    const changed = limits[entry.data.class];
    if (changed) changed[entry.data.who] = per(entry.data.points, entry.data.seconds);
  }
  return { ...DEFAULTS, ...limits };
}
