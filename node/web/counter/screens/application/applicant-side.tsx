/** The whole screen, turned to the applicant. Korean and English, because the language of the page is the clerk's. */
import { Dialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { OFFER_LIFETIME } from '../../../../credential/application.ts'
import { Button } from '../../../kit/button.tsx'
import { Countdown } from '../../../kit/countdown.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { QrCode } from '../../../kit/qr/qr-code.tsx'
import type { Handout } from '../../flow/application.ts'
import { handout as texts } from '../../messages/handout.ts'
import { line } from '../../messages/line.ts'
import { LinksForTrial } from './links-for-trial.tsx'
import { DigitsPicture, PhonePicture, ScanPicture } from './pictures.tsx'

interface ApplicantSideProps {
  readonly isOpen: boolean
  readonly handout: Handout
  readonly card: string
  readonly onTurnBack: () => void
}

const STEPS = [
  { key: 'show.do1', Picture: PhonePicture },
  { key: 'show.do2', Picture: ScanPicture },
  { key: 'show.do3', Picture: DigitsPicture },
] as const

/** The digits come by a text message, and not on a slip. */
const BY_LINE = {
  ko: { ...texts.ko, 'show.do3': line.ko['sent.do3'] },
  en: { ...texts.en, 'show.do3': line.en['sent.do3'] },
}

export function ApplicantSide({ isOpen, handout, card, onTurnBack }: ApplicantSideProps) {
  const t = useTexts(texts)
  const { ko, en } = handout.delivery === 'line' ? BY_LINE : texts
  return (
    <ModalOverlay className="turned" isOpen={isOpen} onOpenChange={open => !open && onTurnBack()}>
      <Modal className="turned-frame">
        <Dialog className="turned-page">
          <div className="turned-words">
            <p className="turned-card">{card}</p>
            <Heading slot="title" className="turned-title" lang="ko">
              {ko['show.title']}
            </Heading>
            <p lang="en" className="turned-english">
              {en['show.title']}
            </p>
          </div>
          <div className="turned-code">
            <QrCode text={handout.offerUrl} label={t['show.qr']} />
            <Countdown until={handout.expiresAt} total={OFFER_LIFETIME} />
          </div>
          <ol className="turned-steps">
            {STEPS.map(({ key, Picture }, index) => (
              <li key={key} className="turned-step">
                <Picture />
                <p>
                  <strong lang="ko">{`${index + 1}. ${ko[key]}`}</strong>
                  <br />
                  <span lang="en">{en[key]}</span>
                </p>
              </li>
            ))}
          </ol>
          <div className="turned-back">
            <LinksForTrial {...handout} />
            <Button kind="secondary" onPress={onTurnBack}>
              {t['show.turnBack']}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
