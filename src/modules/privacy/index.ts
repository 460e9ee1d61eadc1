export { privacyRouter } from './privacy.router.ts';
export { forgetPersonalData } from './service/forget-personal-data.ts';
