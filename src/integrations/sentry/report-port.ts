/** What may be told about a failure beside the error itself: names and ids, never what somebody typed. */
export type FailureFacts = {
  flow: 'request' | 'checkout' | 'webhook' | 'job' | 'process';
  code?: string;
  operationId?: string;
  requestId?: string;
  orderId?: string;
  /** Of the provider. */
  eventId?: string;
  job?: string;
};

/** Where failures are collected that a person has to look at. */
export type ReportPort = {
  /** Tells of a failure. The same error is told once, however many layers it passes. Never throws, never waits. */
  failed: (error: unknown, facts: FailureFacts) => void;
  /** Waits, two seconds at most, until everything is sent. */
  flush: () => Promise<void>;
};

/** Where nobody collects: development, tests, and production without SENTRY_DSN. */
export const noReports: ReportPort = Object.freeze({
  failed: () => undefined,
  flush: () => Promise.resolve(),
});
