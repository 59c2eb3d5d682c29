/** `npm run wallet -- …`: the command line of the test wallet, for the walk-through of the README. */
import { Command } from 'commander'
import type { Card } from './home.ts'
import { AttestedInstance, WalletProvider } from './provider.ts'
import { Wallet } from './wallet.ts'

// A reader such as `head` may close the pipe early. This is not an error.
process.stdout.on('error', () => process.exit())

const program = new Command('wallet')
  .description('A wallet made of independent libraries, for trials with a node. Only for tests and walk-throughs.')
  .option('--home <dir>', 'directory of keys and cards', 'data/wallet')
  .option(
    '--provider <file>',
    'key and certificate of a wallet provider (JSON), which attests this wallet and its keys',
  )
  .showHelpAfterError()

async function open(): Promise<Wallet> {
  const { home, provider } = program.opts<{ home: string; provider?: string }>()
  if (provider === undefined) return new Wallet(home)
  return new Wallet(home, await AttestedInstance.create(WalletProvider.read(provider)))
}

program
  .command('accept')
  .description('accept an offer and store its card: openid-credential-offer://…')
  .argument('<url>')
  .option('--tx-code <code>', 'the transaction code, which you got separately')
  .option('--sign-in', 'by the authorization code flow: the code is typed on the page of the issuer')
  .action(async (url: string, { txCode, signIn }: { txCode?: string; signIn?: true }) => {
    const wallet = await open()
    const session =
      signIn && txCode !== undefined ? await wallet.redeemAuthorized(url, txCode) : await wallet.redeem(url, txCode)
    const { card, claims } = await wallet.collect(session)
    if (session.metadata.signedCredentialIssuer) console.log('The metadata of the issuer are signed.')
    console.log(
      `Card ${card.id} (${card.vct}) from ${card.issuer}: signature, key and status list are checked. Claims:`,
    )
    for (const [name, value] of Object.entries(claims)) console.log(`  ${name}: ${shorten(value)}`)
  })

program
  .command('present')
  .description('answer requests: openid4vp://…')
  .argument('<url...>')
  .option('--card <id>', 'present this card instead of the newest suitable one')
  .action(async (urls: string[], { card: wanted }: { card?: string }) => {
    const wallet = await open()
    const cards = wallet.home.cards().filter(card => wanted === undefined || card.id === wanted)
    for (const url of urls) await present(wallet, url, cards.toReversed())
  })

async function present(wallet: Wallet, url: string, cards: Card[]): Promise<void> {
  const { verifier, matches, sent } = await wallet.present(url, cards)
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
  if (sent.status !== 200) process.exitCode = 1
}

program
  .command('list')
  .description('list the stored cards')
  .action(async () => {
    const cards: Card[] = (await open()).home.cards()
    for (const { id, vct, issuer } of cards) console.log(`${id}  ${vct}  ${issuer}`)
    if (cards.length === 0) console.log('No cards yet: npm run wallet -- accept <offer URL>')
  })

program
  .command('forget')
  .description('delete a card, or all cards')
  .argument('[id]')
  .action(async (id?: string) => console.log(`${(await open()).home.forget(id)} forgotten`))

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
