import express from 'express';
import type { RequestHandler } from 'express';

/** They speak of one connection only, or of a body that fetch has unpacked already. */
const NOT_PASSED_ON = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const MAX_BODY = '2mb';

/**
 * Everything under the router's `/api` goes to the API and back, cookies included: a browser keeps
 * cookies per host, and the API has another one than the shop.
 */
export function passToApi(apiUrl: string): RequestHandler[] {
  return [
    express.raw({ type: () => true, limit: MAX_BODY }),
    async (request, response) => {
      const body: unknown = request.body;
      const answer = await fetch(`${apiUrl}/api${request.url}`, {
        method: request.method,
        redirect: 'manual',
        headers: passedOn(Object.entries(request.headersDistinct)),
        ...(Buffer.isBuffer(body) && body.length > 0 ? { body: new Uint8Array(body) } : {}),
      }).catch(() => null);
      if (answer === null) {
        response.status(502).json({ success: false, message: 'The API does not answer.' });
        return;
      }
      response.status(answer.status);
      // Headers give each Set-Cookie as an entry of its own; joined they could not be told apart.
      for (const [name, value] of answer.headers) {
        if (!NOT_PASSED_ON.has(name)) response.append(name, value);
      }
      response.send(Buffer.from(await answer.arrayBuffer()));
    },
  ];
}

function passedOn(headers: [string, string[] | undefined][]): [string, string][] {
  return headers
    .filter(([name]) => !NOT_PASSED_ON.has(name))
    .flatMap(([name, values]) => (values ?? []).map((value): [string, string] => [name, value]));
}
