import {
  everyStepFits,
  verifyAudit,
  verifyProof,
  type Step,
  type Ticket,
} from '../../src/modules/kuji/index.ts';
import { z } from 'zod';
import type { Narrator } from './narrate.ts';
import type { Opened, Scene } from './tell-purchase.ts';

/** Proves one draw and the whole box, with the very code that `pnpm kuji:verify` and the browser run. */
export async function tellProof(scene: Scene, opened: Opened, ticket: Ticket): Promise<void> {
  const { narrator, shopper, sandbox, apiUrl } = scene;
  narrator.chapter('The proof');
  const { data: proof } = await shopper.call(
    'GET',
    `/api/v1/kuji/tickets/${ticket.ticketNumber}/proof`,
    { reply: z.looseObject({ setId: z.string() }) },
  );
  const auditPath = `/api/v1/kuji/sets/${proof.setId}/audit`;
  const { data: audit } = await shopper.call('GET', auditPath);
  narrator.say(
    'Before the first sale the shop promised the box’s content by a hash. Does the ticket fit it?',
  );
  const paymentIntentId = await askStripe(
    sandbox.url,
    opened.sessionId,
    sandbox.core.settings.stripeSecretKey,
  );
  narrator.detail(`my payment at Stripe: ${paymentIntentId}`);
  tell(narrator, await verifyProof(proof, audit, paymentIntentId));

  narrator.say('And the whole box, as any stranger can check it:');
  narrator.detail(`npx -y pnpm@12 kuji:verify ${apiUrl}${auditPath}`);
  tell(narrator, await verifyAudit(audit));
  narrator.good(
    'The prize was in the sealed deck, and my own payment picked its number. Nobody could aim.',
  );
}

/** The buyer knows the id from his receipt; the story asks the sandbox for it. */
async function askStripe(
  sandboxUrl: string,
  sessionId: string,
  secretKey: string,
): Promise<string> {
  const response = await fetch(`${sandboxUrl}/v1/checkout/sessions/${sessionId}`, {
    headers: { authorization: `Bearer ${secretKey}` },
  });
  return z.object({ payment_intent: z.string() }).parse(await response.json()).payment_intent;
}

function tell(narrator: Narrator, steps: readonly Step[]): void {
  for (const step of steps) {
    const line = `${step.name}: ${step.detail}`;
    if (step.ok) narrator.good(line);
    else narrator.say(`✗ ${line}`);
  }
  if (!everyStepFits(steps)) throw new Error('The proof does not fit.');
}
