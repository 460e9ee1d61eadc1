import { STATUS_CODES, type Server } from 'node:http';
import type { App } from '../kernel/app.ts';
import { problems } from '../kernel/problems.ts';

/**
 * Answers what is no HTTP at all (a broken header line, too many headers, an expectation nobody meets) in the envelope, too:
 * such a request never reaches the middleware.
 */
export function answerBrokenRequests(server: Server, app: Pick<App, 'newId'>): void {
  server.on('clientError', (_error, socket) => {
    // Reset by the client, or an answer is already on its way.
    if (!socket.writable) return;
    const { body, headers } = refusal(app);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end(`HTTP/1.1 400 ${STATUS_CODES[400] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  });
  server.on('checkExpectation', (_request, response) => {
    const { body, headers } = refusal(app);
    response.writeHead(400, headers).end(body);
  });
}

function refusal(app: Pick<App, 'newId'>): { body: string; headers: Record<string, string> } {
  const requestId = app.newId();
  const { code, status, message } = problems.MALFORMED_REQUEST;
  const body = JSON.stringify({
    status: 'error',
    code: status,
    success: false,
    message,
    data: null,
    errors: { code },
    requestId,
  });
  return {
    body,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
      Connection: 'close',
    },
  };
}
