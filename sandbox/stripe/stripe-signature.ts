import { createHmac } from 'node:crypto';

/** `Stripe-Signature`: HMAC-SHA256 over `timestamp.body` with the endpoint's secret. */
export function stripeSignature(secret: string, timestampSeconds: number, body: string): string {
  const timestamp = String(timestampSeconds);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return `t=${timestamp},v1=${signature}`;
}
