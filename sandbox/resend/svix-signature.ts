import { createHmac } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';

/** Headers of a signed event: HMAC-SHA256 over `id.timestamp.body`, as Standard Webhooks 1.0 says. */
export function svixHeaders(
  secret: string,
  id: string,
  timestampSeconds: number,
  body: string,
): Record<string, string> {
  const key = Buffer.from(
    secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret,
    'base64',
  );
  const signature = createHmac('sha256', key)
    .update(`${id}.${String(timestampSeconds)}.${body}`)
    .digest('base64');
  return {
    'svix-id': id,
    'svix-timestamp': String(timestampSeconds),
    'svix-signature': `v1,${signature}`,
  };
}
