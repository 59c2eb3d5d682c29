/** The cards that every install has. `student.json` is not among them: it is no government's, and demo installs add it. */
import { type CardFile, parseCard } from '../card-file.ts'
import disability from './disability.json' with { type: 'json' }
import driver from './driver.json' with { type: 'json' }
import foreigner from './foreigner.json' with { type: 'json' }
import resident from './resident.json' with { type: 'json' }
import veteran from './veteran.json' with { type: 'json' }

export const ownCardFiles: readonly CardFile[] = [
  parseCard(resident, 'resident.json'),
  parseCard(driver, 'driver.json'),
  parseCard(veteran, 'veteran.json'),
  parseCard(foreigner, 'foreigner.json'),
  parseCard(disability, 'disability.json'),
]
