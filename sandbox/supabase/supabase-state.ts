import type { SandboxCore } from '../core.ts';
import { createGoogleKey, signGoogleToken } from './google-token.ts';
import type { GoogleKey, GoogleTokenOptions } from './google-token.ts';
import { CUSTOMER_EMAIL, findByEmail, seedPeople } from './people.ts';
import type { Person } from './people.ts';
import { createSessions, issueToken, startSession } from './sessions.ts';
import type { AuthMethod, CodeChallenge, TokenContext, TokenOverrides } from './sessions.ts';
import { createSigningKey, createSigningKeys, type SigningAlg } from './signing-keys.ts';
import { createBuckets } from './storage-buckets.ts';
import type { Buckets } from './storage-buckets.ts';

/** A link in a mail that has not been opened yet. */
export type MailLink = {
  personId: string;
  method: Extract<AuthMethod, 'email/signup' | 'recovery'>;
  challenge: CodeChallenge | null;
};

export type TestTokenOptions = Omit<TokenOverrides, 'session'> & {
  /** Whose token; the seeded customer when absent. The person must exist. */
  email?: string;
  /** How long ago the person signed in; goes into `amr`. */
  signedInSecondsAgo?: number;
};

/** Everything the stand-in for Supabase remembers, and the aids for tests. */
export type SupabaseState = {
  auth: TokenContext;
  mailLinks: Map<string, MailLink>;
  buckets: Buckets;
  googleKey: GoogleKey;
  /** Starts a session and signs an access token for it, sound or broken in one chosen way. */
  issueToken: (options?: TestTokenOptions) => Promise<string>;
  /** Signs with a new key from now on; `dropOld` revokes every earlier one. */
  rotateKey: (options?: { dropOld?: boolean; alg?: SigningAlg }) => void;
  /** An identity token as the Google button would get it. */
  issueGoogleToken: (options: GoogleTokenOptions) => Promise<string>;
};

const states = new WeakMap<SandboxCore, SupabaseState>();

/** The state of one sandbox; the router and tests that hold the same core share it. */
export function supabaseOf(core: SandboxCore): SupabaseState {
  const known = states.get(core);
  if (known !== undefined) return known;
  const state = createState(core);
  states.set(core, state);
  core.onReset(() => {
    resetState(state);
  });
  return state;
}

function createState(core: SandboxCore): SupabaseState {
  const state: SupabaseState = {
    auth: {
      issuer: () => `${core.baseUrl}/auth/v1`,
      people: new Map(),
      keys: createSigningKeys(),
      tokens: createSessions(),
      nowMs: core.now,
    },
    mailLinks: new Map(),
    buckets: createBuckets(),
    googleKey: createGoogleKey(),
    issueToken: (options = {}) => issueTestToken(state, options),
    rotateKey: (options = {}) => {
      const key = createSigningKey(options.alg);
      state.auth.keys.signing = key;
      state.auth.keys.published =
        options.dropOld === true ? [key] : [...state.auth.keys.published, key];
    },
    issueGoogleToken: (options) => signGoogleToken(state.googleKey, options),
  };
  seedPeople(state.auth.people, new Date().toISOString());
  return state;
}

/** Back to the seeded people and an empty bucket. Keys stay: verifiers have them cached. */
function resetState(state: SupabaseState): void {
  seedPeople(state.auth.people, new Date().toISOString());
  state.auth.tokens = createSessions();
  state.mailLinks.clear();
  state.buckets = createBuckets();
}

async function issueTestToken(state: SupabaseState, options: TestTokenOptions): Promise<string> {
  const { email = CUSTOMER_EMAIL, signedInSecondsAgo = 0, ...overrides } = options;
  const session = startSession(
    state.auth,
    requirePerson(state, email),
    'password',
    Math.floor(state.auth.nowMs() / 1000) - signedInSecondsAgo,
  );
  return issueToken(state.auth, { session, ...overrides });
}

function requirePerson(state: SupabaseState, email: string): Person {
  const person = findByEmail(state.auth.people, email);
  if (person === undefined) throw new Error(`nobody in the sandbox has the address ${email}`);
  return person;
}
