import type { Request, Response } from 'express';

const API_VERSION_HEADER = 'X-Supabase-Api-Version';
const API_VERSION = '2024-01-01';

/** A refusal of the auth server, with the code that its SDK knows. */
export class AuthRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Record<string, unknown>;

  constructor(status: number, code: string, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = 'AuthRefusal';
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** A refusal in the OAuth shape, which the identity-token grant uses. */
export class OAuthRefusal extends Error {
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.name = 'OAuthRefusal';
    this.error = error;
  }
}

/** Writes a refusal in the shape of the API version that the caller asked for. */
export function sendRefusal(
  request: Request,
  response: Response,
  refusal: AuthRefusal | OAuthRefusal,
): void {
  if (refusal instanceof OAuthRefusal) {
    response.status(400).json({
      error: refusal.error,
      error_description: refusal.message,
      msg: refusal.message,
    });
    return;
  }
  const { status, code, message, extra } = refusal;
  // Versions are dates, so text order is time order. Before 2024 `code` was the HTTP status.
  const isModern = (request.get(API_VERSION_HEADER) ?? '') >= API_VERSION;
  if (isModern) response.set(API_VERSION_HEADER, API_VERSION);
  response
    .status(status)
    .json(
      isModern
        ? { code, message, ...extra }
        : { code: status, error_code: code, msg: message, ...extra },
    );
}
