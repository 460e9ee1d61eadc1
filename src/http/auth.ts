import type { z } from 'zod';
import type { App } from '../kernel/app.ts';
import { readAuthorization } from './read-credentials.ts';
import { handleGuarded, type Answer, type Input, type Mounted } from './handle-route.ts';
import type { TypedRoute } from './route.ts';
import type { RequestContext } from './request-context.ts';

/** Somebody who works in the shop. */
export type StaffMember = {
  userId: string;
  email: string;
  role: 'admin' | 'staff';
  /** For audit entries and ledgers: `admin:<user id>`. */
  actor: string;
};

/** Somebody who shops with an account, as the guard found the row: showing the profile needs no further query. */
export type Customer = {
  userId: string;
  /** Verified, lower case. */
  email: string;
  createdAt: Date;
  customerId: string;
  profile: {
    firstName: string | null;
    lastName: string | null;
    phone: string | null;
    createdAt: Date;
    updatedAt: Date;
  };
};

/**
 * Who may pass. Built by `main` from the accounts module, so that every module can guard its admin routes without
 * knowing accounts.
 */
export type Auth = {
  /** @throws Problem 401 (none, bad or too old credentials), 403 (not of this role), 503 (cannot be checked) */
  requireStaff: (authorization: string | null, role: 'admin' | 'staff') => Promise<StaffMember>;
  /** @throws Problem of `customerProblems`; staff is refused */
  requireCustomer: (authorization: string | null) => Promise<Customer>;
};

/**
 * Joins an admin operation and its use case. The caller is checked before a single value is read, so that a stranger
 * learns nothing from validation messages. `access` of the route says which role is needed.
 */
export function handleStaff<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends Readonly<Record<number, z.ZodType>>,
>(
  app: App,
  route: TypedRoute<P, Q, B, R>,
  work: (
    input: Input<NoInfer<P>, NoInfer<Q>, NoInfer<B>>,
    context: RequestContext,
    member: StaffMember,
  ) => Promise<Answer<NoInfer<R>>>,
): Mounted {
  if (route.access !== 'admin' && route.access !== 'staff') {
    throw new Error(`${route.operationId} is not declared for staff.`);
  }
  const role = route.access;
  return handleGuarded(
    app,
    route,
    (context) => app.auth.requireStaff(readAuthorization(app, context), role),
    async (input, context, member) => {
      const answer = await work(input, context, member);
      // An admin who saves and looks at the shop must not see the page of a second ago.
      if (route.method !== 'get') app.responseCache.forgetAll();
      return answer;
    },
  );
}

/** The same for an operation of a customer's own account, `access: 'customer'`. */
export function handleCustomer<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends Readonly<Record<number, z.ZodType>>,
>(
  app: App,
  route: TypedRoute<P, Q, B, R>,
  work: (
    input: Input<NoInfer<P>, NoInfer<Q>, NoInfer<B>>,
    context: RequestContext,
    customer: Customer,
  ) => Promise<Answer<NoInfer<R>>>,
): Mounted {
  if (route.access !== 'customer') {
    throw new Error(`${route.operationId} is not declared for customers.`);
  }
  return handleGuarded(
    app,
    route,
    (context) => app.auth.requireCustomer(readAuthorization(app, context)),
    work,
  );
}
