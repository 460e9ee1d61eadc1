import type { Cookie } from '../../../http/request-context.ts';
import type { App } from '../../../kernel/app.ts';
import { DAY_MS } from '../../../kernel/clock.ts';
import { hmacSha256 } from '../../../kernel/hash.ts';

/**
 * Tells one browser's checkouts from another's, for a day. An e-mail would not do: whoever knows a stranger's could end his
 * checkout. Opens nothing else; orders have a cookie of their own.
 */
const BROWSER_COOKIE = 'checkout_browser';

const SECRET_BYTES = 24;
const SECRET = /^[\w-]{32}$/;

export type Browser = {
  /** What an order keeps of the secret. */
  hash: string;
  /** False if it has just been made. */
  isKnown: boolean;
  cookie: Cookie;
};

/**
 * The browser of a request: by its cookie, or a new one. A new one's secret follows from the request, so that whoever
 * repeats it because its answer was lost gets the cookie that the order knows.
 */
export function identifyBrowser(
  app: App,
  present: (name: string) => string | null,
  request: { idempotencyKey: string; body: object },
): Browser {
  const given = readSecret(present);
  const secret = given ?? newSecret(app, request);
  return {
    hash: hashSecret(app, secret),
    isKnown: given !== null,
    cookie: {
      name: BROWSER_COOKIE,
      value: secret,
      options: {
        httpOnly: true,
        sameSite: 'lax',
        // The storefront of a developer is plain http.
        secure: app.config.isProduction,
        path: '/',
        maxAge: DAY_MS,
      },
    },
  };
}

/** The hash of the request's browser; null if it has no cookie of ours. */
export function knownBrowser(app: App, present: (name: string) => string | null): string | null {
  const secret = readSecret(present);
  return secret === null ? null : hashSecret(app, secret);
}

function newSecret(app: App, request: object): string {
  return hmacSha256(app.config.orderTokenPepper, `new-checkout-browser:${JSON.stringify(request)}`)
    .subarray(0, SECRET_BYTES)
    .toString('base64url');
}

function readSecret(present: (name: string) => string | null): string | null {
  const value = present(BROWSER_COOKIE);
  return value !== null && SECRET.test(value) ? value : null;
}

function hashSecret(app: App, secret: string): string {
  return hmacSha256(app.config.orderTokenPepper, `checkout-browser:${secret}`).toString('hex');
}
