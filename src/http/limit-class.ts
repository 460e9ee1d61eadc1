import type { LimitClass } from '../config/index.ts';

/** What a route says of itself before it names a class of limits. */
type Described = { access?: string; path: string };

/**
 * The class of a route that names none, so that no route can forget its limit. Only what may be called by everybody and
 * costs something is named by hand: a form that sends mail, a link that can be guessed.
 */
export function limitClassOf({ access, path }: Described): LimitClass {
  if (access === 'admin' || access === 'staff') return 'admin';
  if (access === 'signature') return 'webhooks';
  if (path.startsWith('/api/v1/auth/')) return 'auth';
  if (path.startsWith('/api/v1/checkout/')) return 'checkout';
  return /\/reveal(-all)?$/.test(path) ? 'reveal' : 'public';
}
