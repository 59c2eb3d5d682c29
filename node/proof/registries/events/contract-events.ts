import { keccak256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../../../lib/bytes.ts'
import { malformed } from '../../errors.ts'
import type { Log } from '../log.ts'
import { type Field, slice } from './abi.ts'

/** An event's fields by name, in the order in which the contract declares them. */
export type EventFields = Readonly<Record<string, Field>>
type Declared = Readonly<Record<string, EventFields>>

type Values<F extends EventFields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never }
/** `type` is the name of the event. No field has this name, because Solidity reserves it. */
type EventNamed<D extends Declared, Name extends keyof D> = { readonly type: Name } & Values<D[Name]>

/** The union of all events of a contract: `EventOf<typeof anchorLogEvents>`. */
export type EventOf<C> = C extends ContractEvents<infer D> ? { [Name in keyof D]: EventNamed<D, Name> }[keyof D] : never

/** The events of one contract. The topics, the decoder and the types follow from the declaration. */
export class ContractEvents<D extends Declared> {
  readonly #topics = new Map<keyof D, Hex>()
  readonly #names = new Map<Hex, keyof D>()

  constructor(private readonly declared: D) {
    for (const [name, fields] of Object.entries(declared)) {
      const types = Object.values(fields).map(field => field.name)
      const topic = toHex(keccak256(utf8(`${name}(${types.join()})`)))
      this.#topics.set(name, topic)
      this.#names.set(topic, name)
    }
  }

  get names(): readonly (keyof D & string)[] {
    return Object.keys(this.declared)
  }

  /** The first topic of this event's logs. */
  topic(name: keyof D): Hex {
    return this.#topics.get(name) as Hex
  }

  fields(name: keyof D): EventFields {
    return this.declared[name] as EventFields
  }

  /**
   * The event in a log of this contract; null for an event that is not declared. The caller checks that this contract
   * emitted the log (its `address`).
   * @throws {ProofError} PROOF_MALFORMED
   */
  decode({ topics, data }: Log): EventOf<ContractEvents<D>> | null {
    const [topic, ...indexed] = topics
    const type = topic && this.#names.get(toHex(topic))
    if (type === undefined) return null
    const values: Record<string, unknown> = { type }
    let at = 0
    for (const [name, field] of Object.entries(this.fields(type))) {
      const word = field.indexed ? indexed.shift() : slice(data, at, 32)
      if (word?.length !== 32) throw malformed('log', 'an indexed field is missing')
      if (!field.indexed) at += 32
      values[name] = field.read(word, data)
    }
    if (indexed.length > 0) throw malformed('log', 'it has more indexed fields than its event')
    return values as EventOf<ContractEvents<D>>
  }
}
