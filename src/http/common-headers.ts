import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

type HeaderMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * The headers that these middlewares give to every answer, whatever is asked: asked once, so that no request runs a dozen
 * functions for what is always the same.
 */
export function commonHeaders(middlewares: readonly HeaderMiddleware[]): Map<string, string> {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  const response = new ServerResponse(request);
  for (const middleware of middlewares) {
    middleware(request, response, (error) => {
      if (error !== undefined) throw new Error('No headers without a request.', { cause: error });
    });
  }
  const names = response.getHeaderNames();
  return new Map(names.map((name) => [name, String(response.getHeader(name))]));
}
