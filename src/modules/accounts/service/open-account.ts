import { inTx } from '../../../db/client.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import { toProblem } from '../../../http/problem-handler.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem, problems } from '../../../kernel/problems.ts';
import { accountOpening } from '../accounts.hooks.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { bindCustomer, releaseOtherCustomer, type CustomerRow } from '../accounts.queries.ts';

const MAX_NAME = 120;

/**
 * Use case: gives a person with a verified e-mail the customer of that e-mail, with the orders that were placed under it
 * without signing in. Repeats, and two at once, end in the same rows. After a change of the e-mail it runs again, and the
 * earlier customer row stays behind with what was paid under it.
 *
 * @throws Problem ACCOUNT_OWNERSHIP_CONFLICT, ACCOUNT_BOOTSTRAP_UNAVAILABLE (nothing was written: worth another try)
 */
export async function openAccount(
  app: App,
  account: {
    userId: string;
    email: string;
    names: { firstName: string | null; lastName: string | null };
  },
): Promise<CustomerRow> {
  const { userId, email } = account;
  try {
    return await inTx(app, 'accounts.open', async (tx, now) => {
      await app.hooks.run(accountOpening, tx, { now, userId, email });
      const former = await releaseOtherCustomer(tx, { userId, email });
      const names = {
        firstName: former?.firstName ?? cut(account.names.firstName),
        lastName: former?.lastName ?? cut(account.names.lastName),
        phone: former?.phone ?? null,
      };
      const customer = await bindCustomer(tx, { id: app.newId(), userId, email, names });
      if (!customer) throw new Problem(accountsProblems.ACCOUNT_OWNERSHIP_CONFLICT);
      return customer;
    });
  } catch (error) {
    if (isPassing(error)) {
      throw new Problem(accountsProblems.ACCOUNT_BOOTSTRAP_UNAVAILABLE, { cause: error });
    }
    throw error;
  }
}

/** The database was busy or away, or the same account was being opened under another e-mail. */
function isPassing(error: unknown): boolean {
  return (
    toProblem(error).code === problems.SERVICE_UNAVAILABLE.code ||
    violatesUnique(error, 'customers_user')
  );
}

/** People write their own metadata, as long as they like. */
function cut(name: string | null): string | null {
  return name?.slice(0, MAX_NAME) ?? null;
}
