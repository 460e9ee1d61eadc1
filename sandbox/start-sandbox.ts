import { createServer } from 'node:http';
import type { Server } from 'node:http';
import express from 'express';
import { createBreachesRouter } from './breaches/router.ts';
import { createControlRouter } from './control-router.ts';
import type { Mail, SandboxCore, SandboxSettings } from './core.ts';
import { createDisturbance } from './disturb.ts';
import { createFaults } from './faults.ts';
import type { FaultRequest } from './faults.ts';
import { createGates } from './gates.ts';
import type { Gate, GateSide } from './gates.ts';
import { createMailboxRouter } from './mailbox/router.ts';
import { createOddities } from './odd.ts';
import { indexPage } from './pages/index-page.ts';
import { createPayRouter } from './pages/pay-router.ts';
import { createRecord } from './record.ts';
import type { RecordedDelivery, RecordedRequest } from './record.ts';
import { createResendRouter } from './resend/router.ts';
import { createShopRouter } from './shop/router.ts';
import { connectStripeOddities } from './stripe/oddities.ts';
import { paySession, settleSession } from './stripe/pay-session.ts';
import type { PayOutcome, PayResult } from './stripe/pay-session.ts';
import { createStripeRouter } from './stripe/router.ts';
import { expireOverdueSessions } from './stripe/sessions.ts';
import { createStripeState } from './stripe/stripe-state.ts';
import type { StripeState } from './stripe/stripe-state.ts';
import { createSupabaseRouter } from './supabase/router.ts';
import { createWebhooks } from './webhooks.ts';
import type { WebhookMode } from './webhooks.ts';

/** Good for a machine of one's own; none of them opens anything elsewhere. */
export const SANDBOX_DEFAULTS: SandboxSettings = {
  siteUrl: 'http://localhost:3001',
  stripeSecretKey: 'sk_test_sandbox',
  stripeWebhookSecret: 'whsec_sandbox',
  stripeWebhookUrl: null,
  stripeWebhookEvents: null,
  resendWebhookSecret: `whsec_${Buffer.from('popbox sandbox resend key').toString('base64')}`,
  resendWebhookUrl: null,
  supabasePublicKey: 'sb_publishable_sandbox',
  supabaseSecretKey: 'sb_secret_sandbox',
};

const EXPIRY_CHECK_MS = 1000;

export type SandboxOptions = Partial<SandboxSettings> & {
  /** 0 or absent: a free one. */
  port?: number;
  host?: string;
  /**
   * Where the shop's API is, or will be, without a slash at its end: webhooks go there unless another address
   * is given, and `/shop` is a little storefront of it. Null or absent: no storefront.
   */
  apiUrl?: string | null;
  /** The providers' clock in ms; tests give the shop's. */
  now?: () => number;
};

/** A running sandbox. What can be done over HTTP can be done here without it. */
export type Sandbox = {
  url: string;
  port: number;
  core: SandboxCore;
  /** Stops the next matching request at the provider, before or after its work; see `Gates`. */
  gate: (match: string, when: GateSide) => Gate;
  fault: (fault: FaultRequest) => void;
  /** False: there is no such target, or it cannot happen to it. */
  odd: (kind: string, target: string) => Promise<boolean>;
  setWebhookMode: (mode: WebhookMode) => void;
  releaseWebhooks: () => Promise<number>;
  /** Resolves when no webhook is on its way; held ones do not count. */
  webhooksIdle: () => Promise<void>;
  setStripeWebhookUrl: (url: string | null) => void;
  setResendWebhookUrl: (url: string | null) => void;
  /** What the shopper's submit on the payment page does. */
  pay: (sessionId: string, outcome: PayOutcome) => PayResult;
  /** What the bank answers to a delayed payment; false if it was not asked. */
  settle: (sessionId: string, outcome: 'succeeded' | 'failed') => boolean;
  mails: () => readonly Mail[];
  requests: () => readonly RecordedRequest[];
  deliveries: () => readonly RecordedDelivery[];
  reset: () => void;
  close: () => Promise<void>;
};

type Parts = {
  core: SandboxCore;
  stripe: StripeState;
  faults: ReturnType<typeof createFaults>;
  gates: ReturnType<typeof createGates>;
  oddities: ReturnType<typeof createOddities>;
  record: ReturnType<typeof createRecord>;
  webhooks: ReturnType<typeof createWebhooks>;
  reset: () => void;
};

/**
 * Starts the stand-ins for Stripe, Supabase and Resend on one port. All state is memory.
 * @throws the listening error, for example EADDRINUSE
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    port: wantedPort = 0,
    host = '127.0.0.1',
    apiUrl = null,
    now = Date.now,
    ...given
  } = options;
  const server = createServer();
  const port = await listen(server, wantedPort, host);
  const url = `http://${host}:${String(port)}`;
  const stripeWebhookUrl = apiUrl === null ? null : `${apiUrl}/api/v1/webhooks/stripe`;
  const resendWebhookUrl = apiUrl === null ? null : `${apiUrl}/api/v1/webhooks/resend`;
  const webhookUrls = { stripeWebhookUrl, resendWebhookUrl };
  const parts = createParts(url, now, { ...SANDBOX_DEFAULTS, ...webhookUrls, ...given });
  server.on('request', createApp(parts, apiUrl));

  const expiry = setInterval(() => {
    expireOverdueSessions(parts.stripe);
  }, EXPIRY_CHECK_MS).unref();

  const { core, stripe, faults, gates, oddities, record, webhooks, reset } = parts;
  return {
    url,
    port,
    core,
    gate: gates.gate,
    fault: faults.add,
    odd: async (kind, target) => (await oddities.make(kind, target)) === 'done',
    setWebhookMode: webhooks.setMode,
    releaseWebhooks: webhooks.release,
    webhooksIdle: webhooks.idle,
    setStripeWebhookUrl: (next) => {
      core.settings.stripeWebhookUrl = next;
    },
    setResendWebhookUrl: (next) => {
      core.settings.resendWebhookUrl = next;
    },
    pay: (sessionId, outcome) => paySession(stripe, sessionId, outcome),
    settle: (sessionId, outcome) => settleSession(stripe, sessionId, outcome),
    mails: () => core.mails,
    requests: () => record.requests,
    deliveries: () => record.deliveries,
    reset,
    close: async () => {
      clearInterval(expiry);
      reset();
      await stop(server);
    },
  };
}

function createParts(url: string, now: () => number, settings: SandboxSettings): Parts {
  const faults = createFaults();
  const gates = createGates();
  const oddities = createOddities();
  const record = createRecord();
  const webhooks = createWebhooks(record);
  const forgetters: (() => void)[] = [];
  const core: SandboxCore = {
    baseUrl: url,
    settings,
    now,
    mails: [],
    onReset: (forget) => {
      forgetters.push(forget);
    },
    onOdd: oddities.register,
    deliver: webhooks.deliver,
  };
  const stripe = createStripeState(core);
  connectStripeOddities(stripe);
  const reset = (): void => {
    faults.clear();
    gates.openAll();
    webhooks.reset();
    record.clear();
    core.mails.length = 0;
    for (const forget of forgetters) forget();
  };
  return { core, stripe, faults, gates, oddities, record, webhooks, reset };
}

function createApp(parts: Parts, apiUrl: string | null): express.Express {
  const { core, stripe, faults, gates, record } = parts;
  const disturb = createDisturbance(faults, gates);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(record.note);
  app.get('/', (_request, response) => {
    response.type('html').send(indexPage({ hasShop: apiUrl !== null }));
  });
  if (apiUrl !== null) app.use('/shop', createShopRouter(core, apiUrl));
  app.use(createControlRouter(parts));
  app.use(createPayRouter(stripe));
  app.use(createMailboxRouter(core));
  app.use('/v1', createStripeRouter(stripe, disturb));
  app.use(disturb, createSupabaseRouter(core), createResendRouter(core), createBreachesRouter());
  return app;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeAllConnections();
  });
}
