import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Item = { type: string; body: unknown };

/** A server that takes what an SDK of Sentry sends. */
export type ReportSink = {
  dsn: string;
  /** All that came, as it came. */
  text: () => string;
  /** The items of that type, such as `event` or `span`. */
  items: (type: string) => unknown[];
  close: () => Promise<void>;
};

export async function startReportSink(): Promise<ReportSink> {
  const envelopes: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const isZipped = request.headers['content-encoding'] === 'gzip';
      envelopes.push((isZipped ? gunzipSync(bytes) : bytes).toString('utf8'));
      response.setHeader('Content-Type', 'application/json');
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = String((server.address() as AddressInfo).port);
  return {
    dsn: `http://key@127.0.0.1:${port}/1`,
    text: () => envelopes.join('\n'),
    items: (type) =>
      envelopes
        .flatMap(readItems)
        .filter((item) => item.type === type)
        .map((item) => item.body),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Lines of JSON: one for the envelope, then two for each item, what it is and what it says. */
function readItems(envelope: string): Item[] {
  const lines = envelope.split('\n').slice(1);
  const items: Item[] = [];
  for (let n = 0; n + 1 < lines.length; n += 2) {
    const { type } = JSON.parse(lines[n] ?? '') as { type: string };
    items.push({ type, body: JSON.parse(lines[n + 1] ?? 'null') });
  }
  return items;
}
