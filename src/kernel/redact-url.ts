/** Secrets, and what people type into a search: names and addresses. */
const REDACTED = new Set([
  'token',
  'session_id',
  'checkout_session_id',
  'code',
  'access_token',
  'search',
  'recipient',
  'actor',
]);

/** `token`, `Token`, `token[]` and `token[0]` are one name to a careless reader, so to us as well. */
function isSecret(name: string): boolean {
  return REDACTED.has(name.toLowerCase().replace(/\[.*$/, ''));
}

/** A URL for the log, without the values of such query parameters. */
export function redactUrl(url: string): string {
  const mark = url.indexOf('?');
  if (mark < 0) return url;
  const query = url
    .slice(mark + 1)
    .split('&')
    .map((pair) => {
      const name = pair.split('=', 1)[0] ?? '';
      return isSecret(safeDecode(name)) ? `${name}=[redacted]` : pair;
    })
    .join('&');
  return `${url.slice(0, mark)}?${query}`;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
