import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { createBudget } from '../kernel/budget.ts';
import { Problem, problems } from '../kernel/problems.ts';
import { uploadProblems } from './upload-problems.ts';

export type UploadRules = {
  /** Names of the form fields that may carry files. */
  fileFields: readonly string[];
  maxFiles: number;
  maxFileBytes: number;
};

const MAX_TEXT_FIELDS = 20;
const MAX_PARTS = 30;
const MAX_TEXT_BYTES = 4 * 1024;
/** Room for the boundaries and headers of all parts. */
const FRAME_BYTES = 64 * 1024;

/** Of files that one operation keeps in memory. */
const MEMORY_BYTES = 64 * 1024 * 1024;

export type UploadReader = {
  /**
   * Reads the files, runs `work` with their bytes, and forgets them. Text fields are left in `request.body`. Names and
   * types that the sender gave to its files are dropped here: nothing may be decided by them.
   *
   * @throws Problem of `uploadProblems`; MALFORMED_REQUEST where the body is no proper form
   */
  read: <T>(
    request: Request,
    response: Response,
    work: (files: readonly Buffer[]) => Promise<T>,
  ) => Promise<T>;
};

/**
 * Makes the reader of one operation. Bodies are kept in memory, so all that are under way share a budget; who does not fit
 * waits unread, and the sender's own connection holds the bytes.
 */
export function createUploadReader(rules: UploadRules): UploadReader {
  const maxBodyBytes =
    rules.maxFiles * rules.maxFileBytes + MAX_TEXT_FIELDS * MAX_TEXT_BYTES + FRAME_BYTES;
  const memory = createBudget(Math.max(MEMORY_BYTES, maxBodyBytes));
  const parse = multer({
    storage: multer.memoryStorage(),
    limits: {
      files: rules.maxFiles,
      fileSize: rules.maxFileBytes,
      fields: MAX_TEXT_FIELDS,
      fieldSize: MAX_TEXT_BYTES,
      fieldNestingDepth: 1,
      parts: MAX_PARTS,
    },
    fileFilter: (_request, file, decide) => {
      if (rules.fileFields.includes(file.fieldname)) decide(null, true);
      else decide(new MulterError('LIMIT_UNEXPECTED_FILE', file.fieldname));
    },
  }).any();

  async function readFiles(request: Request, response: Response): Promise<Buffer[]> {
    // Who hung up while waiting sends no more events: the parser would wait for ever.
    if (request.destroyed && !request.readableEnded) throw new Problem(problems.MALFORMED_REQUEST);
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(toProblem(error, rules));
      });
    });
    const files = Array.isArray(request.files) ? request.files : [];
    if (files.length === 0) throw new Problem(uploadProblems.UPLOAD_FILE_MISSING);
    return files.map((file) => file.buffer);
  }

  return {
    read: async (request, response, work) => {
      const bytes = Number(request.headers['content-length'] ?? maxBodyBytes);
      if (bytes > maxBodyBytes) throw tooLarge(rules);
      return memory.spend(bytes, async () => work(await readFiles(request, response)));
    },
  };
}

function toProblem(error: unknown, rules: UploadRules): Problem {
  if (!(error instanceof MulterError)) {
    return new Problem(problems.MALFORMED_REQUEST, { cause: error });
  }
  switch (error.code) {
    case 'LIMIT_FILE_SIZE':
      return tooLarge(rules);
    case 'LIMIT_FILE_COUNT':
      return new Problem(uploadProblems.UPLOAD_TOO_MANY_FILES, {
        message: `At most ${String(rules.maxFiles)} files fit into one request.`,
      });
    case 'LIMIT_PART_COUNT':
    case 'LIMIT_FIELD_COUNT':
      return new Problem(uploadProblems.UPLOAD_TOO_MANY_PARTS);
    case 'LIMIT_UNEXPECTED_FILE':
      return new Problem(uploadProblems.UPLOAD_FIELD_UNEXPECTED, {
        message: `Files belong in the form field ${rules.fileFields.join(' or ')}.`,
      });
    default:
      return new Problem(problems.MALFORMED_REQUEST, { cause: error });
  }
}

function tooLarge(rules: UploadRules): Problem {
  const mebibytes = Math.floor(rules.maxFileBytes / 1024 / 1024);
  return new Problem(uploadProblems.UPLOAD_TOO_LARGE, {
    message: `A file may have at most ${String(mebibytes)} MiB.`,
  });
}
