/**
 * The module graph: who may import whom. Every rule below is generated from this table, and
 * `pnpm docs:graph` prints the graph as it really is into docs/architecture.md.
 * A module that is missing here may import no module and be imported by none.
 */
export const MODULE_IMPORTS = {
  audit: [],
  outbox: ['audit'],
  media: [],
  settings: ['audit'],
  content: ['audit', 'outbox'],
  pricing: ['settings'],
  accounts: ['audit', 'outbox'],
  catalog: ['settings', 'audit', 'media'],
  inventory: ['catalog', 'audit', 'settings', 'outbox'],
  kuji: ['catalog', 'inventory', 'audit', 'media'],
  orders: ['accounts', 'kuji', 'settings', 'audit', 'outbox'],
  payments: ['orders'],
  carts: ['accounts', 'catalog', 'inventory', 'pricing'],
  checkout: [
    'settings',
    'pricing',
    'accounts',
    'catalog',
    'inventory',
    'kuji',
    'carts',
    'orders',
    'payments',
    'audit',
    'outbox',
  ],
  refunds: ['orders', 'payments', 'inventory', 'kuji', 'audit', 'outbox'],
  webhooks: ['checkout', 'refunds', 'payments', 'audit', 'outbox'],
  sheets: ['catalog', 'inventory', 'orders'],
  analytics: ['orders', 'catalog'],
  revalidation: ['audit'],
  // What people may ask about themselves goes through every module that keeps something of theirs; none of them may know.
  privacy: [
    'accounts',
    'audit',
    'content',
    'inventory',
    'kuji',
    'orders',
    'outbox',
    'payments',
    'refunds',
    'settings',
    'webhooks',
  ],
};

/** Everything of `src` that stands below the modules, with what it may import of `src`. */
const LAYER_IMPORTS = {
  // Types only: `App` names what it carries, and imports nothing that runs (see `no-cycles`).
  kernel: ['config', 'db', 'http', 'integrations', 'queue'],
  config: ['kernel'],
  db: ['kernel'],
  queue: ['kernel', 'db'],
  integrations: ['kernel', 'db'],
  // Answers to broken connections and refused provider calls are written there.
  // And the classes of rate limits, whose numbers are configuration.
  http: ['kernel', 'db', 'integrations', 'config'],
};

/** Tests live beside what they test, and in `tests/` folders with what only they use. */
const TEST_FILE = '(\\.test\\.ts$|/tests/)';
const modules = Object.keys(MODULE_IMPORTS);

function oneOf(names) {
  return `(${names.join('|')})`;
}

const moduleRules = modules.map((name) => ({
  name: `module-${name}`,
  comment: `${name} imports ${MODULE_IMPORTS[name].join(', ') || 'no module'}.`,
  severity: 'error',
  from: { path: `^src/modules/${name}/`, pathNot: TEST_FILE },
  to: {
    path: '^src/modules/',
    pathNot: `^src/modules/${oneOf([name, ...MODULE_IMPORTS[name]])}/`,
  },
}));

const layerRules = Object.entries(LAYER_IMPORTS).map(([name, allowed]) => ({
  name: `layer-${name}`,
  comment: `src/${name} imports ${allowed.join(', ')} of src, and no module.`,
  severity: 'error',
  from: { path: `^src/${name}/`, pathNot: TEST_FILE },
  to: { path: '^src/', pathNot: `^src/${oneOf([name, ...allowed])}/` },
}));

export default {
  forbidden: [
    ...moduleRules,
    ...layerRules,
    {
      name: 'module-in-graph',
      comment: 'Each folder of src/modules stands in the table above.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/modules/${oneOf(modules)}/` },
      to: { path: '^src/modules/', pathNot: `^src/modules/${oneOf(modules)}/` },
    },
    {
      name: 'module-in-graph-imports',
      comment: 'Each folder of src/modules stands in the table above.',
      severity: 'error',
      from: { path: '^src/modules/', pathNot: `^src/modules/${oneOf(modules)}/` },
      to: {},
    },
    {
      name: 'module-door',
      comment: 'A module is entered through its index.ts. Its own files and tests know more.',
      severity: 'error',
      from: { path: '^(src|sandbox)/([^/]+)/([^/]+)' },
      to: {
        path: '^src/modules/[^/]+/',
        pathNot: ['^src/modules/[^/]+/index\\.ts$', '^src/$2/$3/'],
      },
    },
    {
      name: 'module-own-tables',
      comment:
        'A module imports only its own files of db/schema; other tables go through their owner.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/', pathNot: TEST_FILE },
      to: { path: '^src/db/schema/', pathNot: '^src/db/schema/($1|$1-[a-z-]+|columns)\\.ts$' },
    },
    {
      name: 'tables-have-an-owner',
      comment: 'Outside the modules nobody reads tables: ask the module that owns them.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(modules|db)/', TEST_FILE] },
      to: { path: '^src/db/schema/' },
    },
    {
      name: 'src-stands-alone',
      comment: 'sandbox, scripts, testing and bench are not in the image.',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILE },
      to: { path: '^(sandbox|scripts|testing|bench)/' },
    },
    {
      name: 'no-tests-in-products',
      comment: 'What runs must not import what tests it.',
      severity: 'error',
      from: { path: '^(src|sandbox|scripts)/', pathNot: TEST_FILE },
      to: { path: [TEST_FILE, '^testing/'] },
    },
    {
      name: 'main-is-the-root',
      comment: 'The composition root knows everybody; nobody knows it.',
      severity: 'error',
      from: { path: '^(src|sandbox)/', pathNot: ['^src/main/', TEST_FILE] },
      to: { path: '^src/main/' },
    },
    {
      name: 'no-cycles',
      comment:
        'No file needs itself. Type-only imports do not run: kernel/app.ts names the types that App carries, and each of their makers may name App.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'kernel-types-only',
      comment: 'The kernel names outer types in App but runs nothing of theirs.',
      severity: 'error',
      from: { path: '^src/kernel/', pathNot: TEST_FILE },
      to: { path: '^src/', pathNot: '^src/kernel/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere would escape all the other rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-packages-in-products',
      comment: 'The image is installed without development packages.',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILE },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // Types are gone after the build.
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
