/** What a successful sign-in or refresh gives. The tokens are secrets. */
export type ProviderSession = {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
  user: { id: string; email: string };
};

/** The provider understood and said no; `code` is its own word for why. */
export class SignInRefused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    super(`The sign-in provider refused: ${code}`);
    this.name = 'SignInRefused';
    this.code = code;
    this.status = status;
  }
}

/**
 * Passwords and sessions of the sign-in provider, which keeps them all. Every function throws SignInRefused, or
 * ProviderError where there was no usable answer.
 */
export type SignInPort = {
  register: (request: {
    email: string;
    password: string;
    firstName: string | null;
    lastName: string | null;
    redirectTo: string;
  }) => Promise<void>;
  signIn: (request: { email: string; password: string }) => Promise<ProviderSession>;
  refresh: (refreshToken: string) => Promise<ProviderSession>;
  /** `others`: all sessions of the person but this one. */
  signOut: (accessToken: string, scope: 'local' | 'others' | 'global') => Promise<void>;
  /** Mails a link with which the person proves the address and may choose a new password. */
  sendRecovery: (request: { email: string; redirectTo: string }) => Promise<void>;
  changePassword: (accessToken: string, password: string) => Promise<void>;
};
