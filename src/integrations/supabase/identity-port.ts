/** What a valid access token says about its bearer. Roles in tokens are never read. */
export type VerifiedToken = {
  userId: string;
  email: string | null;
  sessionId: string | null;
  /** When the person proved who they are: refreshes leave it alone. Null if the token hides it. */
  authenticatedAtSeconds: number | null;
  /** How they proved it: `password`, `otp` (a link in a mail) …; refreshes are left out. */
  methods: readonly string[];
};

/** Names come from metadata the person may write: display only. */
export type IdentityUser = {
  id: string;
  email: string | null;
  emailVerified: boolean;
  firstName: string | null;
  lastName: string | null;
};

/** The token is malformed, forged, expired, revoked or meant for somebody else. */
export class TokenInvalid extends Error {
  constructor(cause: unknown) {
    super('The access token is not valid', { cause });
    this.name = 'TokenInvalid';
  }
}

export type IdentityPort = {
  /**
   * Checks signature, issuer, audience and expiry against the published keys.
   * @throws TokenInvalid
   * @throws ProviderError `unknown` when the keys cannot be fetched: that is no fault of the caller
   */
  verifyToken: (token: string) => Promise<VerifiedToken>;
  /**
   * The bearer's account as the provider knows it now.
   * @throws TokenInvalid
   * @throws ProviderError `unknown` or `misconfigured` (API key)
   */
  fetchUser: (token: string) => Promise<IdentityUser>;
};
