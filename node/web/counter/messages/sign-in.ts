import { messages } from '../../kit/language.tsx'

export const signIn = messages({
  title: { ko: '로그인', en: 'Sign in' },
  withPasskey: { ko: '패스키로 로그인', en: 'Sign in with passkey' },
  sessionOver: { ko: '다시 로그인해 주세요', en: 'Sign in again' },
  sessionOverDetail: {
    ko: '로그인 시간이 끝났습니다. 하던 일은 화면에 그대로 있습니다.',
    en: 'Your session is over. What you were doing is still on the screen.',
  },
})
