import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file that is made while it is sent, so that its size costs no memory. */
export type Download = { fileName: string; chunks: AsyncIterable<string> };

/**
 * Sends a file. What fails before its first piece is answered as a problem; what fails later cuts the connection, so that
 * nobody takes half a file for a whole one.
 */
export async function sendDownload(
  response: Response,
  contentType: string,
  download: Download,
): Promise<void> {
  const pieces = download.chunks[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.set('Content-Type', contentType);
  response.set('Content-Disposition', `attachment; filename="${download.fileName}"`);
  const rest = { [Symbol.asyncIterator]: () => pieces };
  async function* all(): AsyncGenerator<string> {
    if (first.done === true) return;
    yield first.value;
    yield* rest;
  }
  // A pipeline listens with several, beside those of log and compression; more than ten are told as a leak.
  response.setMaxListeners(20);
  await pipeline(Readable.from(all()), response);
}
