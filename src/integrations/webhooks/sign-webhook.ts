import { createHmac } from 'node:crypto';

/**
 * Headers of a call by Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, one signature for each secret that is
 * valid at the moment. Secrets look like `whsec_<base64>`.
 */
export function signWebhook(call: {
  id: string;
  timestampSeconds: number;
  body: string;
  secrets: readonly string[];
}): Record<string, string> {
  const content = `${call.id}.${String(call.timestampSeconds)}.${call.body}`;
  const signatures = call.secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  });
  return {
    'content-type': 'application/json',
    'webhook-id': call.id,
    'webhook-timestamp': String(call.timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
