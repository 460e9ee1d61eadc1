import { defineProblems } from '../../kernel/problems.ts';

export const sheetProblems = defineProblems({
  SHEET_UNREADABLE: { status: 422, message: 'This is no CSV file with the columns of the shop.' },
  SHEET_TOO_LONG: { status: 422, message: 'This file has too many rows for one request.' },
  SHEET_HAS_FAULTS: {
    status: 422,
    message: 'Nothing was imported: some rows are not valid.',
  },
});
