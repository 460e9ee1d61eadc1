import { v5 } from 'uuid';

/** Everybody who is there from the start signs in with this. */
export const SEEDED_PASSWORD = 'popbox-dev-password';
export const ADMIN_EMAIL = 'admin@popbox.test';
export const CUSTOMER_EMAIL = 'customer@popbox.test';

const PERSON_NAMESPACE = '6f1d2a52-6a6f-4c0b-9d0e-9a3a7b1f5c11';
const MIN_PASSWORD_LENGTH = 6;

export type Identity = {
  identityId: string;
  provider: 'email' | 'google';
  data: Record<string, unknown>;
  createdAt: string;
};

export type Person = {
  id: string;
  email: string;
  /** In plain text: the stand-in protects nobody. Null for people who only use Google. */
  password: string | null;
  emailConfirmedAt: string | null;
  confirmationSentAt: string | null;
  lastSignInAt: string | null;
  metadata: Record<string, unknown>;
  identities: Identity[];
  createdAt: string;
  updatedAt: string;
};

export type People = Map<string, Person>;

/**
 * The id follows from the address. The database outlives the stand-in's memory, so a person who
 * signs up again after a restart has to be the same person to the shop.
 */
export function personIdOf(email: string): string {
  return v5(normalEmail(email), PERSON_NAMESPACE);
}

export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

export function createPerson(email: string, password: string | null, nowIso: string): Person {
  return {
    id: personIdOf(email),
    email: normalEmail(email),
    password,
    emailConfirmedAt: null,
    confirmationSentAt: null,
    lastSignInAt: null,
    metadata: {},
    identities: [],
    createdAt: nowIso,
    updatedAt: nowIso,
  };
}

/** Adds a way to sign in; a second time it only refreshes what the provider said. */
export function addIdentity(
  person: Person,
  provider: Identity['provider'],
  data: Record<string, unknown>,
  nowIso: string,
): void {
  const known = person.identities.find((identity) => identity.provider === provider);
  if (known !== undefined) {
    known.data = data;
    return;
  }
  person.identities.push({
    identityId: v5(`${provider}:${person.id}`, PERSON_NAMESPACE),
    provider,
    data,
    createdAt: nowIso,
  });
}

export function seedPeople(people: People, nowIso: string): void {
  people.clear();
  for (const email of [ADMIN_EMAIL, CUSTOMER_EMAIL]) {
    const person = createPerson(email, SEEDED_PASSWORD, nowIso);
    person.emailConfirmedAt = nowIso;
    addIdentity(person, 'email', emailIdentity(person), nowIso);
    people.set(person.id, person);
  }
}

export function emailIdentity(person: Person): Record<string, unknown> {
  return {
    sub: person.id,
    email: person.email,
    email_verified: person.emailConfirmedAt !== null,
  };
}

export function findByEmail(people: People, email: string): Person | undefined {
  return people.get(personIdOf(email));
}

/** Null when the password will do, else the reasons as the auth server names them. */
export function passwordWeakness(password: string): string[] | null {
  return password.length < MIN_PASSWORD_LENGTH ? ['length'] : null;
}

/** The person as the auth server's `User` object. */
export function userJson(person: Person): Record<string, unknown> {
  const providers = person.identities.map((identity) => identity.provider);
  return {
    id: person.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: person.email,
    email_confirmed_at: person.emailConfirmedAt ?? undefined,
    confirmed_at: person.emailConfirmedAt ?? undefined,
    confirmation_sent_at: person.confirmationSentAt ?? undefined,
    last_sign_in_at: person.lastSignInAt ?? undefined,
    phone: '',
    app_metadata: { provider: providers[0] ?? 'email', providers },
    user_metadata: person.metadata,
    identities: person.identities.map((identity) => ({
      identity_id: identity.identityId,
      id: person.id,
      user_id: person.id,
      identity_data: identity.data,
      provider: identity.provider,
      last_sign_in_at: person.lastSignInAt ?? identity.createdAt,
      created_at: identity.createdAt,
      updated_at: identity.createdAt,
      email: person.email,
    })),
    created_at: person.createdAt,
    updated_at: person.updatedAt,
    is_anonymous: false,
  };
}
