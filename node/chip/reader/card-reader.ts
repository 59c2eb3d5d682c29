/** A card in the field of a reader. Commands are answered one after another. */
export interface CardReader {
  /**
   * Sends a command APDU (ISO/IEC 7816-4 §5.1) and resolves to the card's response APDU, whatever it says.
   * @throws {ReaderError} CHIP_CARD_GONE, CHIP_READER_FAILED
   */
  transmit(command: Uint8Array): Promise<Uint8Array>
  /** Ends the connection, so that the card loses its session keys. May be called twice. */
  close(): Promise<void>
}

/** A device on which a card can be laid, or a file that stands for one. */
export interface ReaderDevice {
  readonly name: string
  /** Whether software answers in place of a card. */
  readonly simulated: boolean
  cardPresent(): boolean
  /**
   * Connects to the card, which begins as after a reset.
   * @throws {ReaderError} CHIP_NO_CARD, CHIP_READER_FAILED
   */
  connect(): Promise<CardReader>
  close(): Promise<void>
}
