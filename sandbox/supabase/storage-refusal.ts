import type { ErrorRequestHandler } from 'express';

/**
 * A refusal of the storage server. Its HTTP status is 400 whatever happened; clients find the true
 * one as text in the body.
 */
export class StorageRefusal extends Error {
  readonly statusCode: string;
  readonly error: string;
  readonly code: string;

  constructor(refusal: { statusCode: number; error: string; code: string; message: string }) {
    super(refusal.message);
    this.name = 'StorageRefusal';
    this.statusCode = String(refusal.statusCode);
    this.error = refusal.error;
    this.code = refusal.code;
  }
}

export function bucketNotFound(): StorageRefusal {
  return new StorageRefusal({
    statusCode: 404,
    error: 'Bucket not found',
    code: 'NoSuchBucket',
    message: 'Bucket not found',
  });
}

export function objectNotFound(): StorageRefusal {
  return new StorageRefusal({
    statusCode: 404,
    error: 'not_found',
    code: 'NoSuchKey',
    message: 'Object not found',
  });
}

export function alreadyExists(): StorageRefusal {
  return new StorageRefusal({
    statusCode: 409,
    error: 'Duplicate',
    code: 'ResourceAlreadyExists',
    message: 'The resource already exists',
  });
}

export function notAllowed(): StorageRefusal {
  return new StorageRefusal({
    statusCode: 403,
    error: 'Unauthorized',
    code: 'AccessDenied',
    message: 'new row violates row-level security policy',
  });
}

export function invalidKey(key: string): StorageRefusal {
  return new StorageRefusal({
    statusCode: 400,
    error: 'InvalidKey',
    code: 'InvalidKey',
    message: `Invalid key: ${key}`,
  });
}

export function invalidRequest(message: string): StorageRefusal {
  return new StorageRefusal({
    statusCode: 400,
    error: 'invalid_request',
    code: 'InvalidRequest',
    message,
  });
}

export const answerStorageRefusals: ErrorRequestHandler = (
  error: unknown,
  _request,
  response,
  next,
) => {
  const refusal = error instanceof Error && isTooLarge(error) ? tooLarge() : error;
  if (!(refusal instanceof StorageRefusal)) {
    next(error);
    return;
  }
  const { statusCode, error: title, code, message } = refusal;
  response.status(400).json({ statusCode, error: title, code, message });
};

function isTooLarge(error: Error): boolean {
  return 'type' in error && error.type === 'entity.too.large';
}

function tooLarge(): StorageRefusal {
  return new StorageRefusal({
    statusCode: 413,
    error: 'Payload too large',
    code: 'EntityTooLarge',
    message: 'The object exceeded the maximum allowed size',
  });
}
