import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { imageUpload, mediaProblems } from '../media/index.ts';
import { kujiProblems } from './kuji.problems.ts';

export const uploadPrizeImageRoute = defineRoute({
  operationId: 'uploadKujiPrizeImage',
  method: 'post',
  path: '/api/v1/admin/products/:id/kuji-prizes/upload-image',
  summary: 'Upload a picture for a kuji prize',
  description:
    'One JPEG, PNG, WebP or AVIF file of 5 MiB at most. The answered address is then saved on a prize; a picture that no ' +
    'prize shows within seven days is deleted.',
  tag: 'Admin kuji prizes',
  access: 'admin',
  upload: imageUpload(1),
  params: z.object({ id: z.uuid() }),
  replies: { 201: z.object({ imageUrl: z.url().max(500) }) },
  problems: [
    kujiProblems.KUJI_PRODUCT_NOT_FOUND,
    kujiProblems.PRODUCT_IS_NOT_KUJI,
    ...Object.values(mediaProblems),
  ],
});
