import Stripe from 'stripe';

/**
 * The failure as it may stand in a log. Stripe's own message can quote what we sent, such as the
 * shopper's e-mail, so only codes and the id of the request are taken over.
 */
export function describeStripeFailure(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const facts = {
    status: error.statusCode,
    code: error.code ?? networkCodeOf(error.detail),
    param: error.param,
    request: error.requestId,
  };
  const told = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${String(value)}`],
  );
  return new Error([error.type, ...told].join(', '));
}

/** For example ECONNREFUSED. */
function networkCodeOf(detail: unknown): string | undefined {
  if (typeof detail !== 'object' || detail === null || !('code' in detail)) return undefined;
  return typeof detail.code === 'string' ? detail.code : undefined;
}
