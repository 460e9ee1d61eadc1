import type { Request } from 'express';
import { invalidRequest } from './storage-refusal.ts';

export type Upload = {
  bytes: Buffer;
  contentType: string;
  cacheControl: string;
};

const NO_CACHE = 'no-cache';

/** The SDK sends buffers as the plain body, and files and blobs as a form. */
export async function readUpload(request: Request): Promise<Upload> {
  const body: unknown = request.body;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const contentType = request.get('content-type') ?? 'application/octet-stream';
  if (contentType.startsWith('multipart/form-data')) return readForm(bytes, contentType);
  return {
    bytes,
    contentType,
    cacheControl: request.get('cache-control') ?? NO_CACHE,
  };
}

async function readForm(bytes: Buffer, contentType: string): Promise<Upload> {
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': contentType },
  }).formData();
  const file = [...form.values()].find((value) => value instanceof Blob);
  if (file === undefined) throw invalidRequest('The form has no file');
  const cacheSeconds = form.get('cacheControl');
  return {
    bytes: Buffer.from(await file.arrayBuffer()),
    contentType: file.type === '' ? 'application/octet-stream' : file.type,
    cacheControl: typeof cacheSeconds === 'string' ? `max-age=${cacheSeconds}` : NO_CACHE,
  };
}
