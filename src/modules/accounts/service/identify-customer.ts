import type { Customer } from '../../../http/auth.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import type { CustomerRow, User } from '../accounts.queries.ts';
import { identifyPerson } from './identify-person.ts';
import { openAccount } from './open-account.ts';

/**
 * Somebody who shops with an account; the account is opened at the first contact. Whoever works in the shop is refused:
 * their orders would be served by themselves. The role comes from our own table only.
 *
 * @throws Problem CUSTOMER_ACCOUNT_REQUIRED, and those of `identifyPerson` and `openAccount`
 */
export async function identifyCustomer(app: App, authorization: string | null): Promise<Customer> {
  const { user, customer, told } = await identifyPerson(app, authorization);
  if (user.role !== 'customer') throw new Problem(accountsProblems.CUSTOMER_ACCOUNT_REQUIRED);
  const names = { firstName: told?.firstName ?? null, lastName: told?.lastName ?? null };
  const row = customer ?? (await openAccount(app, { userId: user.id, email: user.email, names }));
  return presentCustomer(user, row);
}

/** The guard's view of the two rows. */
export function presentCustomer(
  user: Pick<User, 'id' | 'email' | 'createdAt'>,
  row: CustomerRow,
): Customer {
  const { firstName, lastName, phone, createdAt, updatedAt } = row;
  return {
    userId: user.id,
    email: user.email,
    createdAt: user.createdAt,
    customerId: row.id,
    profile: { firstName, lastName, phone, createdAt, updatedAt },
  };
}
