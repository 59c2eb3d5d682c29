import type { Screen } from '../../flow/screen.ts'
import { Choose } from './choose.tsx'
import { Done } from './done.tsx'
import { Identity } from './identity.tsx'
import { Line } from './line.tsx'
import { Ended, Expired, Issuing, Ordered, Stopped } from './outcomes.tsx'
import { SamePhone } from './same-phone.tsx'
import { Show } from './show.tsx'
import type { StepProps } from './step-props.ts'
import { Summary } from './summary.tsx'

export function Step({ screen, ...props }: StepProps & { readonly screen: Screen }) {
  switch (screen.name) {
    case 'choose':
      return <Choose {...props} />
    case 'identity':
      return <Identity {...props} />
    case 'line':
      return <Line {...props} />
    case 'summary':
      return <Summary {...props} />
    case 'show':
      return <Show {...props} handout={screen.handout} />
    case 'expired':
      return <Expired {...props} elsewhere={screen.elsewhere} />
    case 'same-phone':
      return <SamePhone {...props} redemption={screen.redemption} />
    case 'issuing':
      return <Issuing />
    case 'stopped':
      return <Stopped {...props} />
    case 'ordered':
      return <Ordered {...props} />
    case 'done':
      return <Done {...props} application={screen.application} />
    case 'ended':
      return <Ended {...props} how={screen.how} />
  }
}
