import { defineProblems } from '../kernel/problems.ts';

/** What can be wrong with a multipart body, before anybody looks into its files. */
export const uploadProblems = defineProblems({
  UPLOAD_FILE_MISSING: { status: 400, message: 'The request has no file.' },
  UPLOAD_FIELD_UNEXPECTED: {
    status: 400,
    message: 'A file came in a form field that takes none.',
  },
  UPLOAD_TOO_MANY_PARTS: { status: 400, message: 'The form has too many fields.' },
  UPLOAD_TOO_LARGE: { status: 422, message: 'A file is too large.' },
  UPLOAD_TOO_MANY_FILES: { status: 422, message: 'There are too many files in one request.' },
});
