/** Numbers about the process, for whoever watches it. They name operations and jobs, never people or their orders. */
export type MetricsPort = {
  /** One request that is over; `operation` is `unknown` where no route was found. */
  request: (done: { operation: string; status: number; seconds: number }) => void;
  job: (done: { name: string; outcome: 'done' | 'failed'; seconds: number }) => void;
  /** Somebody met a limit; each refusal counts. */
  limited: (limit: string) => void;
  /** All numbers in Prometheus' text format. */
  read: () => Promise<{ text: string; contentType: string }>;
};
