export type RefusalBody = {
  type: 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error';
  message: string;
  code?: string;
  param?: string;
};

/** An error in Stripe's shape. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly error: RefusalBody;
  /**
   * Stripe remembers under the idempotency key what it began to execute, refusals included; faulty
   * parameters are found before that and leave no trace.
   */
  readonly isRemembered: boolean;

  constructor(status: number, error: RefusalBody, isRemembered = false) {
    super(error.message);
    this.name = 'StripeRefusal';
    this.status = status;
    this.error = error;
    this.isRemembered = isRemembered;
  }
}

/** Parameters that cannot be right. */
export function invalidParam(message: string, param: string, code?: string): StripeRefusal {
  return new StripeRefusal(400, {
    type: 'invalid_request_error',
    message,
    param,
    ...(code === undefined ? {} : { code }),
  });
}

/** Parameters in order, but the object is in no state for it. */
export function notPossible(message: string, code?: string, param?: string): StripeRefusal {
  return new StripeRefusal(
    400,
    {
      type: 'invalid_request_error',
      message,
      ...(code === undefined ? {} : { code }),
      ...(param === undefined ? {} : { param }),
    },
    true,
  );
}

/** No object of that id: 404 if the path names it. */
export function missingObject(object: string, id: string): StripeRefusal {
  return missing(404, object, id, 'id');
}

/** No object of that id, which a parameter names. */
export function missingReference(object: string, id: string, param: string): StripeRefusal {
  return missing(400, object, id, param);
}

function missing(status: number, object: string, id: string, param: string): StripeRefusal {
  return new StripeRefusal(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${object}: '${id}'`,
    param,
  });
}
