/** The three things that the applicant does. The words beside each picture say the same. */
import type { ReactNode } from 'react'

function Picture({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="picture" viewBox="0 0 96 96" width="96" height="96" aria-hidden="true">
      {children}
    </svg>
  )
}

const PHONE = <rect className="picture-line" x="28" y="8" width="40" height="80" rx="7" />

/** A phone with an identity card on it. */
export const PhonePicture = () => (
  <Picture>
    {PHONE}
    <rect className="picture-fill" x="34" y="30" width="28" height="20" rx="3" />
    <circle className="picture-paper" cx="42" cy="38" r="3.5" />
    <path className="picture-paper" d="M37 47a5 5 0 0 1 10 0z" />
    <path className="picture-light" d="M51 37h8M51 43h8" />
    <path className="picture-line" d="M43 79h10" />
  </Picture>
)

/** A phone in front of a code. */
export const ScanPicture = () => (
  <Picture>
    <rect className="picture-line" x="6" y="24" width="40" height="40" rx="3" />
    <path className="picture-fill" d="M12 30h11v11H12zM29 30h11v11H29zM12 47h11v11H12zM29 47h5v5h-5zM35 53h5v5h-5z" />
    <rect className="picture-line picture-over" x="52" y="14" width="36" height="70" rx="6" />
    <path className="picture-line" d="M60 36v-6h6M80 36v-6h-6M60 52v6h6M80 52v6h-6M65 76h10" />
  </Picture>
)

/** A phone on which six digits are entered. */
export const DigitsPicture = () => (
  <Picture>
    {PHONE}
    <path className="picture-fill" d="M33 24h6v9h-6zM41 24h6v9h-6zM49 24h6v9h-6zM57 24h6v9h-6z" />
    <path
      className="picture-dots"
      d="M38 46h.1M48 46h.1M58 46h.1M38 56h.1M48 56h.1M58 56h.1M38 66h.1M48 66h.1M58 66h.1"
    />
    <path className="picture-line" d="M43 80h10" />
  </Picture>
)
