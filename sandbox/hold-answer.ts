import type { Response } from 'express';

/**
 * Lets a handler do all its work, but sends its answer only after `decide`, or never: then the
 * connection is cut. Several may be laid over one another; the last one laid decides first.
 */
export function holdAnswer(response: Response, decide: () => Promise<'send' | 'drop'>): void {
  const sendNow = response.end.bind(response);
  const sendLater = (...answer: Parameters<typeof sendNow>): Response => {
    void decide().then((verdict) => {
      if (verdict === 'send') sendNow(...answer);
      else response.socket?.destroy();
    });
    return response;
  };
  // The overloads of `end` cannot be written as one function; the arguments are passed on as they are.
  response.end = sendLater as typeof response.end;
}
