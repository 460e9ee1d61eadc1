/** A refusal in Resend's shape; its `name` on the wire is `code` here, as Error has a name already. */
export class ResendRefusal extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.name = 'ResendRefusal';
    this.statusCode = statusCode;
    this.code = code;
  }
}
