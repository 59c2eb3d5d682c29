/** `npm run wallet -- …`: the e2e wallet by hand, for the walk-through of the README. */
import { Command } from 'commander'
import type { Card } from './home.ts'
import { Wallet } from './wallet.ts'

// A reader that has enough, such as `head`, is no fault.
process.stdout.on('error', () => process.exit())

const program = new Command('wallet')
  .description('A holder’s wallet made of independent libraries, to try a node with. For tests and walk-throughs only.')
  .option('--home <dir>', 'where keys and cards are kept', 'data/wallet')
  .showHelpAfterError()

const open = () => new Wallet(program.opts<{ home: string }>().home)

program
  .command('accept')
  .description('take the card of an offer: openid-credential-offer://…')
  .argument('<url>')
  .option('--tx-code <code>', 'the code told aside')
  .action(async (url: string, { txCode }: { txCode?: string }) => {
    const { card, claims } = await open().accept(url, { ...(txCode !== undefined && { txCode }) })
    console.log(`Card ${card.id} (${card.vct}) from ${card.issuer}: signature, key, status list checked. It holds:`)
    for (const [name, value] of Object.entries(claims)) console.log(`  ${name}: ${shorten(value)}`)
  })

program
  .command('present')
  .description('answer a request: openid4vp://…')
  .argument('<url>')
  .option('--card <id>', 'present this card rather than the newest that fits')
  .action(async (url: string, { card: wanted }: { card?: string }) => {
    const wallet = open()
    const cards = wallet.home.cards().filter(card => wanted === undefined || card.id === wanted)
    const { verifier, matches, sent } = await wallet.present(url, cards.toReversed())
    console.log(`Asked by ${verifier}`)
    for (const { card, paths } of matches) {
      console.log(
        `Disclosed of ${card.vct}: ${paths.map(path => path.join('.')).join(', ') || 'nothing but the card itself'}`,
      )
    }
    console.log(
      sent.status === 200
        ? 'The verifier took the answer; its verdict is on its side.'
        : `The verifier answered ${sent.status}.`,
    )
    if (sent.redirectUri) console.log(`Go on at ${sent.redirectUri}`)
    process.exitCode = sent.status === 200 ? 0 : 1
  })

program
  .command('list')
  .description('the cards kept here')
  .action(() => {
    const cards: Card[] = open().home.cards()
    for (const { id, vct, issuer } of cards) console.log(`${id}  ${vct}  ${issuer}`)
    if (cards.length === 0) console.log('No cards yet: npm run wallet -- accept <offer URL>')
  })

program
  .command('forget')
  .description('drop a card, or all of them')
  .argument('[id]')
  .action((id?: string) => console.log(`${open().home.forget(id)} forgotten`))

try {
  await program.parseAsync()
} catch (error) {
  console.error(`wallet: ${error instanceof Error ? error.message : String(error)}`)
  if (process.env.DEBUG) console.error(error)
  process.exitCode = 1
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
