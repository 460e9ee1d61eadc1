import comments from '@eslint-community/eslint-plugin-eslint-comments';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.test.ts', '**/tests/**/*.ts', 'testing/**/*.ts'];

/** The only files that may look at the environment; everybody else is handed a `Config`. */
const ENVIRONMENT_READERS = [
  'src/config/**/*.ts',
  'src/main/server.ts',
  'src/main/migrate.ts',
  'sandbox/main.ts',
  'scripts/**/*.ts',
  'testing/**/*.ts',
  'bench/**/*.ts',
  '*.config.{ts,js}',
];

/** SDKs and drivers that one folder each may know. Tests may talk to a provider's stand-in. */
const OWNED_PACKAGES = [
  {
    names: ['stripe', 'resend', '@supabase/supabase-js', '@sentry/node'],
    owner: 'src/integrations',
    inTests: true,
  },
  { names: ['pg-boss'], owner: 'src/queue', inTests: false },
  { names: ['drizzle-orm/node-postgres'], owner: 'src/db', inTests: false },
];

const ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Read configuration through src/config; it reports every fault at once.',
};
const TRANSACTION = {
  selector: "CallExpression[callee.property.name='transaction']",
  message: 'inTx (src/db/client.ts) is the only place where a transaction begins.',
};
const MOCK = {
  selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock)$/]",
  message: 'Our own modules are never replaced; use the sandbox and a real database.',
};
const ONLY = {
  selector:
    "CallExpression[callee.property.name='only'][callee.object.name=/^(it|test|describe|suite)$/]",
  message: 'A lone test hides all the others.',
};
const RAW_SQL = {
  selector: "CallExpression[callee.object.name='sql'][callee.property.name='raw']",
  message: 'Values belong in parameters and names in sql.identifier.',
};
const EVERYWHERE = [TRANSACTION, MOCK, ONLY, RAW_SQL];

const CLOCK_AND_CHANCE = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "Use the transaction's `now` or app.clock, which tests can move.",
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: "Use the transaction's `now` or app.clock, which tests can move.",
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Use app.random: chance must be unpredictable for buyers and repeatable in tests.',
  },
];

/** `no-restricted-syntax` is replaced by a later entry as a whole, so each entry states all it forbids. */
function forbidSyntax(...rules) {
  return { 'no-restricted-syntax': ['error', ...EVERYWHERE, ...rules] };
}

/** Forbids, in one folder's files, every owned package except the folder's own. */
function forbidPackages(except = null, { tests = false } = {}) {
  const closed = OWNED_PACKAGES.filter(
    (entry) => entry.owner !== except && !(tests && entry.inTests),
  );
  return {
    'no-restricted-imports': [
      'error',
      {
        paths: closed.flatMap(({ names, owner }) =>
          names.map((name) => ({ name, message: `Only ${owner} knows this package.` })),
        ),
      },
    ],
  };
}

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.data/', 'node_modules/']),
  {
    // Whoever suppresses a rule says which one, and why.
    plugins: { comments },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'comments/require-description': 'error',
      'comments/no-unlimited-disable': 'error',
      'comments/disable-enable-pair': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      // The one project of tsc, read as a whole: the service that editors use takes a sixth longer for the same.
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...forbidSyntax(ENVIRONMENT),
      ...forbidPackages(),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Numbers print the same everywhere; objects and undefined stay forbidden.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Rows, bodies and messages are described as types and as interfaces alike.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Brackets say that a name of a record read from outside may be absent.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // `!row || row.x === null` says two things; `row?.x == null` hides one of them.
      '@typescript-eslint/prefer-optional-chain': 'off',
      eqeqeq: 'error',
    },
  },
  { files: ENVIRONMENT_READERS, rules: forbidSyntax() },
  {
    files: ['src/modules/**/*.ts'],
    ignores: TESTS,
    rules: forbidSyntax(ENVIRONMENT, ...CLOCK_AND_CHANCE),
  },
  ...OWNED_PACKAGES.map(({ owner }) => ({
    files: [`${owner}/**/*.ts`],
    rules: forbidPackages(owner),
  })),
  { files: TESTS, rules: forbidPackages(null, { tests: true }) },
  prettier,
);
