/**
 * What can go wrong in a way the caller should know about. Each module declares its problems once,
 * in a closed list; the declaration gives the constructor, the HTTP status, the stable code and the
 * text of the API description. Anything else that is thrown is a programmer error: 500, never shown.
 */
export type ProblemSpec = {
  readonly code: string;
  readonly status: number;
  /** Presentable to a shopper or an operator. */
  readonly message: string;
};

export type ProblemDetails = Readonly<Record<string, unknown>>;

export class Problem extends Error {
  readonly spec: ProblemSpec;
  /** Goes to the client inside `errors`, beside `code`. */
  readonly details: ProblemDetails;
  readonly retryAfterSeconds: number | null;

  constructor(
    spec: ProblemSpec,
    options: {
      message?: string;
      details?: ProblemDetails;
      cause?: unknown;
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(
      options.message ?? spec.message,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = 'Problem';
    this.spec = spec;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  get code(): string {
    return this.spec.code;
  }

  get status(): number {
    return this.spec.status;
  }
}

/** Declares a module's problems: `{ OUT_OF_STOCK: { status: 409, message: '…' } }`. */
export function defineProblems<Code extends string>(
  specs: Record<Code, { status: number; message: string }>,
): { readonly [K in Code]: ProblemSpec & { readonly code: K } } {
  const defined = Object.entries<{ status: number; message: string }>(specs).map(
    ([code, spec]) => [code, Object.freeze({ code, ...spec })] as const,
  );
  return Object.freeze(Object.fromEntries(defined)) as {
    readonly [K in Code]: ProblemSpec & { readonly code: K };
  };
}

/** Problems that any operation can meet, so no contract lists them. */
export const problems = defineProblems({
  VALIDATION_FAILED: { status: 400, message: 'Some of the values are not valid.' },
  MALFORMED_REQUEST: { status: 400, message: 'The request could not be read.' },
  BODY_TOO_LARGE: { status: 400, message: 'The request is too large.' },
  NOT_FOUND: { status: 404, message: 'There is nothing at this address.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests. Please wait a moment.' },
  INTERNAL_ERROR: { status: 500, message: 'Something went wrong on our side.' },
  PROVIDER_FAILED: { status: 502, message: 'A service we depend on did not answer as expected.' },
  SERVICE_UNAVAILABLE: {
    status: 503,
    message: 'The shop is busy or being looked after. Please try again in a moment.',
  },
});

/** 400 with one text per field, e.g. `{ 'items.0.quantity': ['Must be at most 20.'] }`. */
export function validationFailed(fields: Record<string, string[]>): Problem {
  return new Problem(problems.VALIDATION_FAILED, { details: { fields } });
}
