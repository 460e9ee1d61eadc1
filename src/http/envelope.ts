import type { Response } from 'express';
import { STATUS_CODES } from 'node:http';
import type { Problem } from '../kernel/problems.ts';

/** Answers `{status, code, success, message, data, requestId}`; `data` is null, never left out. */
export function sendSuccess(
  response: Response,
  requestId: string,
  answer: { status: number; data: unknown; message: string },
): void {
  response.status(answer.status).json({
    status: 'success',
    code: answer.status,
    success: true,
    message: answer.message,
    data: answer.data ?? null,
    requestId,
  });
}

/** Answers a problem: the envelope, or RFC 9457 where the caller accepts `application/problem+json`. */
export function sendProblem(
  response: Response,
  requestId: string,
  problem: Problem,
  wantsProblemJson: boolean,
): void {
  const { code, status } = problem;
  // What went wrong inside is for the log.
  const message = status >= 500 ? problem.spec.message : problem.message;
  const details = status >= 500 ? {} : problem.details;
  if (status === 429 || status === 503) {
    response.set('Retry-After', String(problem.retryAfterSeconds ?? 5));
  }
  response.set('Cache-Control', 'no-store');
  response.status(status);
  if (wantsProblemJson) {
    response.type('application/problem+json').send(
      JSON.stringify({
        ...details,
        type: `/problems/${code}`,
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: message,
        instance: requestId,
        code,
      }),
    );
    return;
  }
  response.json({
    status: 'error',
    code: status,
    success: false,
    message,
    data: null,
    errors: { ...details, code },
    requestId,
  });
}
