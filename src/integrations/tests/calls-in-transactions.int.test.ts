import { afterAll, beforeAll, expect, it } from 'vitest';
import { world, type World } from '../../../testing/world.ts';
import { inTx } from '../../db/client.ts';
import { postWebhook } from '../webhooks/post-webhook.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

type Call = (...input: unknown[]) => unknown;

/** These ask nobody. */
const LOCAL = ['readWebhook', 'publicUrl'];

/** Every method of every port, by name, so that a new one is tried as well. */
function listCalls(): [string, Call][] {
  const { stripe, mail, identity, signIn, breaches, storage } = w.app;
  const ports = Object.entries({ stripe, mail, identity, signIn, breaches, storage });
  const calls = ports.flatMap(([port, methods]) =>
    Object.entries(methods as Record<string, unknown>).flatMap(([name, method]) =>
      typeof method === 'function' && !LOCAL.includes(name)
        ? [[`${port}.${name}`, method as Call] as [string, Call]]
        : [],
    ),
  );
  return [...calls, ['webhooks.post', postWebhook as Call]];
}

function isPages(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

it('no provider is asked while a transaction is open', async () => {
  const calls = listCalls();
  expect(calls.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'stripe.createSession',
      'mail.send',
      'storage.upload',
      'webhooks.post',
    ]),
  );
  for (const [name, call] of calls) {
    const inside = inTx(w.app, 'a sale', async () => {
      const answer = await call({}, 'key');
      // A list is asked for page by page.
      if (isPages(answer)) for await (const page of answer) expect(page).toBeUndefined();
    });
    await expect(inside, name).rejects.toThrow(/was called inside the transaction "a sale"/);
  }
  expect(w.sandbox.requests()).toEqual([]);
});
