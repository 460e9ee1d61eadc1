import { hideEmails } from '../../kernel/hide-personal.ts';
import { redactUrl } from '../../kernel/redact-url.ts';

const REDACTED = '[redacted]';

/** Headers that are credentials, or say where a person is. All others stay. */
const HIDDEN_HEADERS = [
  'authorization',
  'cookie',
  'cookies',
  'set-cookie',
  'x-order-token',
  'x-rate-limit-key',
  'stripe-signature',
  'x-forwarded-for',
  'x-real-ip',
  'forwarded',
  'cf-connecting-ip',
];

/** Keys whose whole value is a query string, without the question mark. */
const QUERY_KEY = /(^|\.)query(_string)?$/i;

const QUERY_IN_TEXT = /\?[^\s"'<>]*/g;

/**
 * A copy of what is about to be sent, without secrets and personal data: of events, spans and breadcrumbs alike, whatever
 * their shape. Only values are replaced: nothing is added, and what is not there stays away.
 */
export function scrubReport<T>(report: T): T {
  return scrub(report, '', 0) as T;
}

const DEEPEST = 12;

function scrub(value: unknown, key: string, depth: number): unknown {
  if (typeof value === 'string') return scrubText(value, key);
  if (typeof value !== 'object' || value === null) return value;
  // Deeper than anything that is told on purpose.
  if (depth > DEEPEST) return REDACTED;
  if (Array.isArray(value)) return value.map((inner) => scrub(inner, key, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) {
    return value;
  }
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    // An attribute of a span is `{ value, type }` under its name.
    const told = name === 'value' && key !== '' ? key : name;
    copy[name] = isHidden(name) ? REDACTED : scrub(inner, told, depth + 1);
  }
  return copy;
}

/** `Authorization`, `http.request.header.set_cookie`, `http.request.header.cookie.guest_order_session` … */
function isHidden(key: string): boolean {
  const name = key.toLowerCase().replaceAll('_', '-');
  return HIDDEN_HEADERS.some(
    (header) =>
      name === header || name.endsWith(`.${header}`) || name.includes(`.header.${header}.`),
  );
}

function scrubText(text: string, key: string): string {
  const plain = QUERY_KEY.test(key) && !text.includes('?') ? redactUrl(`?${text}`).slice(1) : text;
  return hideEmails(plain.replace(QUERY_IN_TEXT, redactUrl));
}
