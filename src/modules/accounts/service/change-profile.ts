import { eq } from 'drizzle-orm';
import { customers } from '../../../db/schema/accounts.ts';
import type { Customer } from '../../../http/auth.ts';
import type { App } from '../../../kernel/app.ts';
import type { Profile, ProfileChanges } from '../accounts.contract.ts';
import { presentCustomer } from './identify-customer.ts';

/** The account as the wire shows it. */
export function presentProfile(customer: Customer): Profile {
  const { profile } = customer;
  return {
    account: {
      id: customer.userId,
      email: customer.email,
      emailVerified: true,
      createdAt: customer.createdAt.toISOString(),
    },
    profile: {
      firstName: profile.firstName,
      lastName: profile.lastName,
      phone: profile.phone,
      createdAt: profile.createdAt.toISOString(),
      updatedAt: profile.updatedAt.toISOString(),
    },
  };
}

/** Use case: changes what is named of a customer's own profile; nothing named changes nothing. */
export async function changeProfile(
  app: App,
  customer: Customer,
  { firstName, lastName, phone }: ProfileChanges,
): Promise<Profile> {
  const changes = { firstName, lastName, phone };
  if (Object.values(changes).every((value) => value === undefined)) return presentProfile(customer);
  const [changed] = await app.database.db
    .update(customers)
    .set(changes)
    .where(eq(customers.id, customer.customerId))
    .returning();
  if (!changed) throw new Error(`Customer ${customer.customerId} does not exist.`);
  const user = { id: customer.userId, email: customer.email, createdAt: customer.createdAt };
  return presentProfile(presentCustomer(user, changed));
}
