/** `npm run wallet -- …`: the command line of the test wallet, for the walk-through of the README. */
import { Command } from 'commander'
import type { Card } from './home.ts'
import { Wallet } from './wallet.ts'

// A reader such as `head` may close the pipe early. This is not an error.
process.stdout.on('error', () => process.exit())

const program = new Command('wallet')
  .description('A wallet made of independent libraries, for trials with a node. Only for tests and walk-throughs.')
  .option('--home <dir>', 'directory of keys and cards', 'data/wallet')
  .showHelpAfterError()

const open = () => new Wallet(program.opts<{ home: string }>().home)

program
  .command('accept')
  .description('accept an offer and store its card: openid-credential-offer://…')
  .argument('<url>')
  .option('--tx-code <code>', 'the transaction code, which you got separately')
  .action(async (url: string, { txCode }: { txCode?: string }) => {
    const { card, claims } = await open().accept(url, { ...(txCode !== undefined && { txCode }) })
    console.log(
      `Card ${card.id} (${card.vct}) from ${card.issuer}: signature, key and status list are checked. Claims:`,
    )
    for (const [name, value] of Object.entries(claims)) console.log(`  ${name}: ${shorten(value)}`)
  })

program
  .command('present')
  .description('answer a request: openid4vp://…')
  .argument('<url>')
  .option('--card <id>', 'present this card instead of the newest suitable one')
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
        ? 'The verifier accepted the response. It has the verdict.'
        : `The verifier answered ${sent.status}.`,
    )
    if (sent.redirectUri) console.log(`Continue at ${sent.redirectUri}`)
    process.exitCode = sent.status === 200 ? 0 : 1
  })

program
  .command('list')
  .description('list the stored cards')
  .action(() => {
    const cards: Card[] = open().home.cards()
    for (const { id, vct, issuer } of cards) console.log(`${id}  ${vct}  ${issuer}`)
    if (cards.length === 0) console.log('No cards yet: npm run wallet -- accept <offer URL>')
  })

program
  .command('forget')
  .description('delete a card, or all cards')
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
