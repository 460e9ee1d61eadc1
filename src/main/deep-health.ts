import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { handle, type Mounted } from '../http/handle-route.ts';
import { defineRoute } from '../http/route.ts';
import { TokenInvalid } from '../integrations/supabase/identity-port.ts';
import type { App } from '../kernel/app.ts';
import { describeError } from '../kernel/describe-error.ts';
import { defineProblems, Problem } from '../kernel/problems.ts';
import { databaseProblems, describeProcess, processSchema, requireDatabase } from './health.ts';

const deepHealthProblems = defineProblems({
  DEPENDENCY_UNAVAILABLE: {
    status: 503,
    message: 'A service that the shop needs does not answer. The log says which.',
  },
});

const stateSchema = z.object({ state: z.enum(['up', 'down']), isNeeded: z.boolean() });

export const deepHealthRoute = defineRoute({
  operationId: 'deepHealth',
  method: 'get',
  path: '/health/deep',
  summary: 'Whether everything that the shop depends on is well',
  description:
    'Asks each provider, at most every ten seconds however often it is called. For people and alarms; a probe that decides ' +
    'about a process asks /health.',
  tag: 'Operation',
  limit: 'none',
  replies: {
    200: processSchema.extend({ dependencies: z.record(z.string(), stateSchema) }),
  },
  problems: [...databaseProblems, deepHealthProblems.DEPENDENCY_UNAVAILABLE],
});

const ANSWER_LIMIT_MS = 3_000;
const FRESH_MS = 10_000;

type Dependency = { isNeeded: boolean; ask: (app: App) => Promise<unknown> };

/**
 * Without Stripe nobody buys, without sign-in nobody works here. Pictures that are there are shown without the storage, and
 * mails wait for Resend.
 */
const DEPENDENCIES: Readonly<Record<string, Dependency>> = {
  // Of an object that cannot exist: the answer shows that key and network are well.
  stripe: { isNeeded: true, ask: (app) => app.stripe.retrieveSession('cs_health') },
  identity: {
    isNeeded: true,
    ask: (app) =>
      app.identity.fetchUser('health').catch((error: unknown) => {
        // It looked, and refused: that is what it is for.
        if (!(error instanceof TokenInvalid)) throw error;
      }),
  },
  storage: { isNeeded: false, ask: (app) => app.storage.list('health') },
  mail: { isNeeded: false, ask: (app) => app.mail.ask() },
};

/** Redis only where there is one; without it each process counts its limits alone. */
function dependenciesOf({ limiter: { askShared } }: App): Readonly<Record<string, Dependency>> {
  return askShared === null
    ? DEPENDENCIES
    : { ...DEPENDENCIES, redis: { isNeeded: false, ask: askShared } };
}

type States = Record<string, z.infer<typeof stateSchema>>;

export function deepHealthRouter(app: App): Mounted[] {
  const now = () => performance.now() + app.clock.offsetMs;
  let asked: { atMs: number; states: Promise<States> } | null = null;
  const askOnce = () => {
    // One question for all who ask meanwhile: the address is open to everybody, and each answer costs calls elsewhere.
    if (asked === null || now() - asked.atMs >= FRESH_MS) {
      asked = { atMs: now(), states: askAll(app) };
    }
    return asked.states;
  };
  return [
    handle(app, deepHealthRoute, async () => {
      await requireDatabase(app);
      const dependencies = await askOnce();
      const isWell = Object.values(dependencies).every(
        ({ state, isNeeded }) => state === 'up' || !isNeeded,
      );
      if (!isWell) throw new Problem(deepHealthProblems.DEPENDENCY_UNAVAILABLE);
      return { data: { ...describeProcess(), dependencies } };
    }),
  ];
}

async function askAll(app: App): Promise<States> {
  const asked = Object.entries(dependenciesOf(app)).map(async ([name, { isNeeded, ask }]) => {
    const failure = await failureOf(() => ask(app));
    if (failure !== null) {
      app.log.warn({ dependency: name, isNeeded, err: failure }, 'a dependency is not well');
    }
    return [name, { state: failure === null ? ('up' as const) : ('down' as const), isNeeded }];
  });
  return Object.fromEntries(await Promise.all(asked)) as States;
}

async function failureOf(ask: () => Promise<unknown>): Promise<Error | null> {
  const controller = new AbortController();
  try {
    await Promise.race([
      ask(),
      wait(ANSWER_LIMIT_MS, undefined, { signal: controller.signal }).then(() => {
        throw new Error('It did not answer in time.');
      }),
    ]);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(describeError(error).message);
  } finally {
    controller.abort();
  }
}
