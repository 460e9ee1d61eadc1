import { defineProblems } from '../../kernel/problems.ts';

export const mediaProblems = defineProblems({
  IMAGE_TYPE_UNSUPPORTED: {
    status: 422,
    message: 'This is no image of a kind that the shop shows: JPEG, PNG, WebP or AVIF.',
  },
  IMAGE_UNREADABLE: { status: 422, message: 'This image is damaged and cannot be read.' },
  IMAGE_TOO_MANY_PIXELS: { status: 422, message: 'This image has more than 40 million pixels.' },
  IMAGE_STORAGE_UNAVAILABLE: {
    status: 503,
    message: 'The storage of images is not set up. Nothing was saved.',
  },
});
