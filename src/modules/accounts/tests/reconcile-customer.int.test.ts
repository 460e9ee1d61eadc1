import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openClone } from '../../../../testing/clone-database.ts';
import { inTx, type Database } from '../../../db/client.ts';
import { customers, users } from '../../../db/schema/accounts.ts';
import { newId } from '../../../kernel/ids.ts';
import { reconcileCustomer, type CustomerFacts } from '../index.ts';

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, close } = await openClone({ poolMax: 10 }));
});
afterAll(() => close());

const newEmail = () => `${newId()}@shop.test`;

function reconcile(facts: Partial<CustomerFacts> & { email: string }): Promise<string> {
  const empty = { id: newId(), firstName: null, lastName: null, phone: null, userId: null };
  return inTx({ database }, 'test', (tx) => reconcileCustomer(tx, { ...empty, ...facts }));
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
