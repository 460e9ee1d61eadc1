import type { CookieOptions, Request, Response } from 'express';
import type { App } from '../kernel/app.ts';
import { isExemptCaller } from './limit-keys.ts';
import { parseCookie } from './parse-cookie.ts';

export type Cookie = { name: string; value: string; options: CookieOptions };

/** What a use case may know of a request besides its checked input. */
export type RequestContext = {
  requestId: string;
  /** Upper case. */
  method: string;
  /** The client's address as the configured proxies tell it. */
  clientAddress: string;
  /** A server of the shop's own, behind whose address many people are. */
  isExemptCaller: boolean;
  header: (name: string) => string | null;
  cookie: (name: string) => string | null;
  /** Goes out with whatever is answered, a refusal included; one that belongs to a success stands in the answer. */
  setCookie: (cookie: Cookie) => void;
};

const MAX_REQUEST_ID = 200;

/** Adopts the caller's request id if it is sane (it is echoed and logged), else makes one. */
export function adoptRequestId(header: string | string[] | undefined, newId: () => string): string {
  const given = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  return given !== '' && given.length <= MAX_REQUEST_ID && /^[\x21-\x7e]+$/.test(given)
    ? given
    : newId();
}

export function requestContext(app: App, request: Request, response: Response): RequestContext {
  const requestId: unknown = response.locals.requestId;
  return {
    requestId: typeof requestId === 'string' ? requestId : '',
    method: request.method,
    clientAddress: request.ip ?? '',
    isExemptCaller: isExemptCaller(app, request),
    header: (name) => request.get(name) ?? null,
    cookie: (name) => parseCookie(request.headers.cookie, name),
    setCookie: ({ name, value, options }) => response.cookie(name, value, options),
  };
}
