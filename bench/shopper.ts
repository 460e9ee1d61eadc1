import { Agent, request } from 'node:http';

export type Answer = { status: number; body: string };

// One connection per shopper stays open, as a browser's does; opening one per call would measure TCP.
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** A plain POST: fetch costs the measuring process several times as much, and it shares the machine. */
export function post(url: string, body: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: text });
        });
      },
    );
    call.on('error', (error: NodeJS.ErrnoException) => {
      // A connection that the server closed because nothing came for a while: nothing was sent.
      const wasIdle = call.reusedSocket && error.code === 'ECONNRESET';
      if (wasIdle) post(url, body, headers).then(resolve, reject);
      else reject(error);
    });
    call.end(body);
  });
}

export type Item = { productId: string; productVariantId?: string };

/** What the nth shopper sends to `POST /checkout/session`: one unit, an e-mail of his own. */
export function checkoutBody(item: Item, shopper: string): string {
  return JSON.stringify({
    email: `${shopper}@example.com`,
    items: [{ ...item, quantity: 1 }],
    shippingAddress: {
      fullName: 'Aiko Tremblay',
      line1: '220 4 Ave SE',
      line2: null,
      city: 'Calgary',
      province: 'AB',
      postalCode: 'T2G 4X3',
      countryCode: 'CA',
      phone: null,
    },
    billingSameAsShipping: true,
    customerNote: null,
  });
}

/** Sends one checkout and says how long the answer took. */
export async function checkOut(
  api: string,
  item: Item,
  shopper: string,
): Promise<Answer & { ms: number }> {
  const started = performance.now();
  const answer = await post(`${api}/api/v1/checkout/session`, checkoutBody(item, shopper), {
    'content-type': 'application/json',
    'idempotency-key': `bench-${shopper}`,
  });
  return { ...answer, ms: performance.now() - started };
}

/** Pays a session at the sandbox, which tells the shop by webhook. */
export async function pay(sandbox: string, sessionId: string): Promise<void> {
  const { status } = await post(`${sandbox}/pay/${sessionId}`, 'outcome=paid', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  if (status !== 303) throw new Error(`The pay page answered ${String(status)}.`);
}

/** Runs `work` for 0, 1, 2 … in `lanes` lanes side by side until `goOn` says no. */
export async function sideBySide(
  lanes: number,
  goOn: (n: number) => boolean,
  work: (n: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (goOn(next)) {
      const n = next;
      next += 1;
      await work(n);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
