import { QueryPromise } from 'drizzle-orm';

/**
 * A statement whose text is written once. Sent when it is waited for, as Drizzle's own are: of statements that are called
 * together none overtakes another.
 */
export class KeptStatement<Result> extends QueryPromise<Result> {
  readonly execute: () => Promise<Result>;
  constructor(execute: () => Promise<Result>) {
    super();
    this.execute = execute;
  }
}
