export type BreachPort = {
  /**
   * True if the password is in a public collection of stolen ones. Neither it nor its whole hash leaves this process: only
   * the first five hex digits do, which hundreds of passwords share.
   *
   * @throws ProviderError `unknown` or `rejected`: not known
   */
  isBreached: (password: string) => Promise<boolean>;
};
