import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openClone } from '../../../../testing/clone-database.ts';
import { inTx, type Database } from '../../../db/client.ts';
import { customers, users } from '../../../db/schema/accounts.ts';
import { newId } from '../../../kernel/ids.ts';
import { reconcileCustomers, type CustomerFacts } from '../index.ts';

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, close } = await openClone({ poolMax: 10 }));
});
afterAll(() => close());

const newEmail = () => `${newId()}@shop.test`;

const full = (facts: Partial<CustomerFacts> & { email: string }): CustomerFacts => ({
  ...{ id: newId(), firstName: null, lastName: null, phone: null, userId: null },
  ...facts,
});

async function reconcile(facts: Partial<CustomerFacts> & { email: string }) {
  const ids = await inTx({ database }, 'test', (tx) => reconcileCustomers(tx, [full(facts)]));
  return ids.get(facts.email);
}

async function load(email: string) {
  const rows = await database.db.select().from(customers).where(eq(customers.email, email));
  expect(rows).toHaveLength(1);
  return rows[0];
}

async function aUser(): Promise<string> {
  const id = newId();
  await database.db.insert(users).values({ id, email: newEmail(), emailVerified: true });
  return id;
}

it('makes a customer of a new e-mail', async () => {
  const [id, email] = [newId(), newEmail()];
  const facts = { firstName: 'Ann', lastName: 'Lee', phone: '403 555 0100' };
  expect(await reconcile({ id, email, ...facts })).toBe(id);
  expect(await load(email)).toMatchObject({ id, ...facts, userId: null });
});

it('fills what is empty and overwrites nothing', async () => {
  const email = newEmail();
  const userId = await aUser();
  const id = await reconcile({ email, firstName: 'Ann', lastName: ' ' });
  const answer = await reconcile({ email, firstName: 'Bob', lastName: 'Lee', phone: '1', userId });
  expect(answer).toBe(id);
  expect(await load(email)).toMatchObject({
    id,
    firstName: 'Ann',
    lastName: 'Lee',
    phone: '1',
    userId,
  });
  await reconcile({ email, userId: await aUser(), phone: '2' });
  await reconcile({ email });
  expect(await load(email)).toMatchObject({ phone: '1', userId });
});

it('leaves an account with the customer that it has', async () => {
  const [mine, other] = [newEmail(), newEmail()];
  const userId = await aUser();
  await reconcile({ email: mine, userId });
  await reconcile({ email: other, userId });
  expect(await load(mine)).toMatchObject({ userId });
  expect(await load(other)).toMatchObject({ userId: null });
});

it('makes one customer when ten orders of one e-mail are paid at once', async () => {
  const email = newEmail();
  const ids = await Promise.all(Array.from({ length: 10 }, () => reconcile({ email })));
  expect(new Set(ids).size).toBe(1);
  expect(await load(email)).toMatchObject({ id: ids[0] });
});

it('makes and fills several at once, each with its own', async () => {
  const [known, fresh] = [newEmail(), newEmail()];
  const id = await reconcile({ email: known, firstName: 'Ann' });
  const [mine, other] = [await aUser(), await aUser()];
  const ids = await inTx({ database }, 'test', (tx) =>
    reconcileCustomers(tx, [
      full({ email: fresh, lastName: 'Roy', userId: mine }),
      full({ email: known, firstName: 'Bob', lastName: 'Lee', userId: other }),
    ]),
  );
  expect(ids.get(known)).toBe(id);
  expect(await load(known)).toMatchObject({ id, firstName: 'Ann', lastName: 'Lee', userId: other });
  expect(await load(fresh)).toMatchObject({
    ...{ id: ids.get(fresh), firstName: null, lastName: 'Roy', userId: mine },
  });
});
