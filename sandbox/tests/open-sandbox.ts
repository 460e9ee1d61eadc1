import express from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SandboxCore } from '../core.ts';
import { createMailboxRouter } from '../mailbox/router.ts';
import { createResendRouter } from '../resend/router.ts';
import { createSupabaseRouter } from '../supabase/router.ts';
import { supabaseOf } from '../supabase/supabase-state.ts';
import type { SupabaseState } from '../supabase/supabase-state.ts';

export type OpenSandbox = {
  core: SandboxCore;
  baseUrl: string;
  publicKey: string;
  secretKey: string;
  supabase: SupabaseState;
  reset: () => void;
  close: () => Promise<void>;
};

export async function openSandbox(): Promise<OpenSandbox> {
  const app = express();
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const resets: (() => void)[] = [];
  const core: SandboxCore = {
    baseUrl: `http://127.0.0.1:${String(port)}`,
    settings: {
      siteUrl: 'http://localhost:3001',
      stripeSecretKey: '',
      stripeWebhookSecret: '',
      stripeWebhookUrl: null,
      supabasePublicKey: 'sb_publishable_x',
      supabaseSecretKey: 'sb_secret_x',
      resendWebhookSecret: null,
      resendWebhookUrl: null,
    },
    now: () => Date.now(),
    mails: [],
    onReset: (forget) => {
      resets.push(forget);
    },
    onOdd: () => undefined,
    deliver: () => undefined,
  };
  app.use(createSupabaseRouter(core), createResendRouter(core), createMailboxRouter(core));
  return {
    core,
    baseUrl: core.baseUrl,
    publicKey: core.settings.supabasePublicKey,
    secretKey: core.settings.supabaseSecretKey,
    supabase: supabaseOf(core),
    reset: () => {
      core.mails.length = 0;
      for (const forget of resets) forget();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
