import type { RequestHandler } from 'express';

const KEPT = 5000;
const PROVIDER_PATHS = /^\/(v1|auth\/v1|storage\/v1|emails|range)(\/|$)/;

/** One request that the shop (or a browser) sent to a provider. */
export type RecordedRequest = {
  /** ISO 8601, real time. */
  at: string;
  /** Null while it runs. */
  endedAt: string | null;
  method: string;
  path: string;
  query: string;
  idempotencyKey: string | null;
  /** As parsed by the provider; null when nothing read it. Files are told by their size. */
  body: unknown;
  /** Null: no answer has left, or never will. */
  status: number | null;
};

/** One try to tell the shop something. */
export type RecordedDelivery = {
  at: string;
  eventId: string;
  url: string;
  /** 1 for the first try. */
  attempt: number;
  /** Null: nobody answered. */
  status: number | null;
  outcome: 'delivered' | 'will retry' | 'given up' | 'dropped';
  /** Why nobody answered. */
  error: string | null;
};

export type SandboxRecord = {
  requests: RecordedRequest[];
  deliveries: RecordedDelivery[];
  note: RequestHandler;
  noteDelivery: (delivery: Omit<RecordedDelivery, 'at'>) => void;
  clear: () => void;
};

/** Remembers what came in and what went out, so that a test can ask whether a key was there. */
export function createRecord(): SandboxRecord {
  const requests: RecordedRequest[] = [];
  const deliveries: RecordedDelivery[] = [];
  return {
    requests,
    deliveries,
    note: (request, response, next) => {
      if (!PROVIDER_PATHS.test(request.path)) {
        next();
        return;
      }
      const [path = '', query = ''] = request.originalUrl.split('?');
      const entry: RecordedRequest = {
        at: new Date().toISOString(),
        endedAt: null,
        method: request.method,
        path,
        query,
        idempotencyKey: request.get('idempotency-key') ?? null,
        body: null,
        status: null,
      };
      keep(requests, entry);
      // The provider's own router parses the body, so it can be read only at the end.
      response.once('close', () => {
        entry.endedAt = new Date().toISOString();
        entry.body = describeBody(request.body);
        if (response.writableFinished) entry.status = response.statusCode;
      });
      next();
    },
    noteDelivery: (delivery) => {
      keep(deliveries, { at: new Date().toISOString(), ...delivery });
    },
    clear: () => {
      requests.length = 0;
      deliveries.length = 0;
    },
  };
}

function keep<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > KEPT) list.shift();
}

function describeBody(body: unknown): unknown {
  if (body === undefined) return null;
  return Buffer.isBuffer(body) ? { bytes: body.length } : body;
}
