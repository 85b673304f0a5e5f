/** One message to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** A whole document. */
  readonly html: string;
}

/** Sends mail. Throws where it was not taken, with an error that holds neither the address nor the message. */
export interface Mailer {
  readonly send: (mail: Mail) => Promise<void>;
}
