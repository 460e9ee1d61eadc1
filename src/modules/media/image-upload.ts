import type { UploadRules } from '../../http/read-upload.ts';

const MAX_IMAGE_BYTES = 5 * 1024 * 1024;

/** What a form with at most this many images may carry; both field names mean the same. */
export function imageUpload(maxFiles: number): UploadRules {
  return { fileFields: ['file', 'files'], maxFiles, maxFileBytes: MAX_IMAGE_BYTES };
}
