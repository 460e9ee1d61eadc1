import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { anOpenCheckout, aPerson, aProduct } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { finaliseOrder } from '../../checkout/index.ts';

const PEOPLE = 12;

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 40 });
});
afterAll(() => w.close());

it('a guest’s order that is finalised while its account is opened belongs to the account', async () => {
  const { productId, variantId } = await aProduct(w, { onHand: PEOPLE });
  const items = [{ productId, productVariantId: variantId, quantity: 1 }];
  // The race is between us: the provider's own message must not come first.
  w.sandbox.setWebhookMode('hold');
  const people = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const person = await aPerson(w);
    const { sessionId, orderId } = await anOpenCheckout(w, items, { email: person.email });
    w.sandbox.pay(sessionId, 'paid');
    people.push({ person, sessionId, orderId });
  }
  const answers = await Promise.all(
    people.flatMap(({ person, sessionId }) => [
      finaliseOrder(w.app, { sessionId, actor: 'test' }),
      callAs(w, person, ['get', '/account/profile']).then(({ status }) => status),
    ]),
  );
  expect(answers).toEqual(people.flatMap(() => ['finalised', 200]));

  const { rows } = await w.app.database.pool.query<{ user_id: string; customer_user_id: string }>(
    `SELECT o.user_id, c.user_id AS customer_user_id
     FROM popbox.orders o JOIN popbox.customers c ON c.id = o.customer_id ORDER BY o.id`,
  );
  const owners = people
    .toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))
    .map(({ person: { userId } }) => ({ user_id: userId, customer_user_id: userId }));
  expect(rows).toEqual(owners);
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.releaseWebhooks();
});
