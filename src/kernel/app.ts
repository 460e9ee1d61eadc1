import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import type { Database, Tx } from '../db/client.ts';
import type { Auth } from '../http/auth.ts';
import type { ResponseCache } from '../http/response-cache.ts';
import type { BreachPort } from '../integrations/breaches/breach-port.ts';
import type { MailPort } from '../integrations/resend/mail-port.ts';
import type { MetricsPort } from '../integrations/prometheus/metrics-port.ts';
import type { ReportPort } from '../integrations/sentry/report-port.ts';
import type { StripePort } from '../integrations/stripe/stripe-port.ts';
import type { IdentityPort } from '../integrations/supabase/identity-port.ts';
import type { SignInPort } from '../integrations/supabase/sign-in-port.ts';
import type { StoragePort } from '../integrations/supabase/storage-port.ts';
import type { Queue } from '../queue/queue.ts';
import type { Budget } from './budget.ts';
import type { Clock } from './clock.ts';
import type { Hooks } from './hooks.ts';
import type { Limiter } from './limiter.ts';
import type { Random } from './random.ts';

/**
 * Everything a use case may reach, built once by `main/build-app.ts` and passed as first argument.
 * Nothing in the code is a singleton, so a test builds as many apps as it likes.
 *
 * Words used everywhere:
 * - *hold*: stock set aside for an unpaid order, for ten minutes
 * - *attempt*: one idempotent try of a client, found by its Idempotency-Key
 * - *draw*: giving a paid kuji ticket its number; *reveal*: showing its prize to its owner
 * - *finalise*: turning a payment into a paid order; there is one way to do it
 * - *use case* `(app, request)`: opens transactions, may call providers, never inside one
 * - *step* `(tx, …)`: called by use cases, never opens a transaction, never calls a provider
 */
export type App = {
  config: Config;
  log: Logger;
  /** One line per request, of fields that can hold no secret. */
  accessLog: Logger;
  clock: Clock;
  random: Random;
  newId: () => string;
  database: Database;
  queue: Queue;
  hooks: Hooks<Tx>;
  auth: Auth;
  /** Counts what people may do so and so often. */
  limiter: Limiter;
  responseCache: ResponseCache;
  /** How many payments success pages may finalise at once, before the webhook's worker does. */
  finalisingPages: Budget;
  /** Null where nobody watches: then nothing is counted. */
  metrics: MetricsPort | null;
  /** Failures that a person has to look at. */
  reports: ReportPort;
  stripe: StripePort;
  mail: MailPort;
  identity: IdentityPort;
  signIn: SignInPort;
  breaches: BreachPort;
  storage: StoragePort;
};
