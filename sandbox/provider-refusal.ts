const STRIPE_TEXTS: Readonly<Record<number, { type: string; code?: string; message: string }>> = {
  409: {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: 'There is currently another in-progress request using this Idempotent Key.',
  },
  429: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' },
  500: { type: 'api_error', message: 'An unknown error occurred.' },
};

const RESEND_NAMES: Readonly<Record<number, string>> = {
  409: 'concurrent_idempotent_requests',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
};

const MESSAGES: Readonly<Record<number, string>> = {
  409: 'Conflict with a request that is still running',
  429: 'Too many requests',
  500: 'Internal Server Error',
};

/** The body with which the provider behind this path would answer `status` (409, 429 or 500). */
export function providerRefusal(path: string, status: number): object {
  const message = MESSAGES[status] ?? 'Error';
  if (path.startsWith('/v1/')) return { error: STRIPE_TEXTS[status] };
  if (path.startsWith('/emails')) {
    return { statusCode: status, name: RESEND_NAMES[status] ?? 'application_error', message };
  }
  if (path.startsWith('/storage/')) return { statusCode: String(status), error: message, message };
  return { code: status, error_code: 'unexpected_failure', msg: message };
}
