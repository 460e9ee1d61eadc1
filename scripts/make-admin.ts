import { parseArgs } from 'node:util';
import { openDatabase } from '../src/db/client.ts';
import { newId } from '../src/kernel/ids.ts';
import { grantRole, type GrantedRole } from '../src/modules/accounts/index.ts';
import { withDatabase } from './postgres/with-database.ts';

const USAGE = `Usage: pnpm make-admin <e-mail> [--staff | --remove]

Makes somebody an admin of the shop of DATABASE_URL; without that variable, of the shop of pnpm dev.
  --staff    may see, pack and ship orders: no refunds, no settings, no catalogue
  --remove   is a customer again`;

/** Ends with 0 if the person has the role, 1 if nobody has the address, 2 if it was called wrongly. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      staff: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  const [email, ...others] = positionals;
  const isClear = email?.includes('@') === true && others.length === 0;
  if (values.help === true || !isClear || (values.staff && values.remove)) {
    console.error(USAGE);
    return 2;
  }
  const role = values.remove ? 'customer' : values.staff ? 'staff' : 'admin';
  const granted = await withDatabase(({ url }) => grant(url, email, role));
  tell(email, granted);
  return granted === null ? 1 : 0;
}

async function grant(
  url: string,
  email: string,
  role: GrantedRole['after'],
): Promise<GrantedRole | null> {
  const onIdleError = () => undefined;
  const database = openDatabase({ url, poolMax: 1, clock: { offsetMs: 0 }, onIdleError });
  try {
    return await grantRole({ database, newId }, { email, role, actor: 'command:make-admin' });
  } finally {
    await database.close();
  }
}

function tell(email: string, granted: GrantedRole | null): void {
  if (granted === null) {
    console.error(
      `Nobody with the verified address ${email} has come to this shop yet.\n` +
        'Let them register and sign in once, in the shop or in the dashboard, then run this again.',
    );
    return;
  }
  const { before, after, adminCount } = granted;
  console.log(
    before === after
      ? `${email} is ${after} already.`
      : `${email} was ${before} and is ${after} now.`,
  );
  if (adminCount === 0) console.log('The shop has no admin left.');
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
