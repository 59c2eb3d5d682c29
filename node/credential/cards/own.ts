/** The cards that every install has. */
import { type CardFile, parseCard } from '../card-file.ts'
import driver from './driver.json' with { type: 'json' }
import resident from './resident.json' with { type: 'json' }
import veteran from './veteran.json' with { type: 'json' }

export const ownCardFiles: readonly CardFile[] = [
  parseCard(resident, 'resident.json'),
  parseCard(driver, 'driver.json'),
  parseCard(veteran, 'veteran.json'),
]
