import type { Sections } from '../messages.ts';

/** The catalogue that sets which texts there are. `{names}` are filled in. */
export const en = {
  page: {
    title: 'What we may tell you',
    intro: 'Switch on what you want to hear about, and how. Switch off what you do not. It counts at once.',
    yours: 'Yours: {list}',
    by: '{topic} by {channel}',
    everyChannel: 'Allowed',
    save: 'Save',
    saving: 'Saving …',
    stopAll: 'Stop everything',
    stopBrand: 'Stop everything from {brand}',
    stopped: 'Everything is stopped.',
    interests: 'Your interests',
    last: 'Last changed on {date}: {source}.',
    history: 'Your history',
    notice: 'What you agree to',
    language: 'Language',
    help: 'Help',
    skip: 'Go to your choices',
    undo: 'Undo',
    retry: 'Try again',
    offline: 'There is no connection. Nothing was saved yet; your choice is kept here.',
    failed: 'That did not work, and nothing was changed. Please try again.',
    invalid: 'This link no longer works.',
    saved: { one: 'Saved: {count} choice.', other: 'Saved: {count} choices.' },
    savedOne: 'Saved: {what}.',
    on: '{what} is on',
    off: '{what} is off',
    unchanged: 'Nothing was different.',
    asked: {
      one: 'One choice was stopped elsewhere since you opened this page. It stays off until you switch it on again.',
      other:
        '{count} choices were stopped elsewhere since you opened this page. They stay off until you switch them on again.',
    },
    stoppedSince:
      'Stopped on {date} ({source}) after you opened this page. Switch it on again if you want it.',
    stoppedBy: 'Stopped on {date}: {source}.',
    awaiting: 'Not on yet: open the message we sent you and confirm, by {date}.',
    runsOut: 'Until {date}.',
    signalHonoured:
      'Your browser sends an opt-out signal (Global Privacy Control). We have honoured it: {topics}.',
    signalOverruled:
      'Your browser sends an opt-out signal (Global Privacy Control). You have since allowed here: {topics}.',
    alsoUnsaved: 'Your other changes on this page were not saved.',
  },
  history: {
    intro: 'Everything that was said about your choices, newest first.',
    back: 'Back to your choices',
    older: 'Older',
    asPage: 'Download to read',
    asData: 'Download as data (JSON)',
    empty: 'Nothing has been recorded yet.',
    shown: 'Shown then: {notice}',
  },
  channels: { email: 'E-mail', sms: 'Text message', phone: 'Telephone', push: 'App', post: 'Letter' },
  /** After `by`: Newsletter by e-mail. */
  byChannel: {
    email: 'e-mail',
    sms: 'text message',
    phone: 'telephone',
    push: 'app notification',
    post: 'letter',
  },
  identifiers: { email: 'E-mail', phone: 'Telephone' },
  unsubscribe: {
    title: 'Stop “{topic}” by {channel}?',
    text: '{brand} will then no longer contact you about this by {channel}. Everything else stays as it is.',
    button: 'Unsubscribe',
    doneTitle: 'You are unsubscribed',
    done: '{brand} no longer contacts you about “{topic}” by {channel}. A message that is already on its way may still reach you.',
    back: 'Was that a mistake? Open the link to your choices in one of our messages and switch it on again.',
  },
  /** Said by the component before it has heard anything. */
  component: {
    loading: 'Loading your choices …',
    offline: 'There is no connection: your choices cannot be shown.',
  },
  /** Around a notice that is kept. */
  kept: {
    title: 'The text that was shown',
    version: 'Kept as {name}.',
    proof: 'SHA-256 of exactly this text:',
    alone: 'The text alone',
  },
  deadLink: {
    title: 'This link does not work',
    invalid:
      'Part of it may be missing: copy the whole link from the message, or open it from there. Nothing was changed.',
    expired: 'It is too old. Nothing was changed. Take the link from a newer message.',
  },
  failed: {
    title: 'Something went wrong here',
    text: 'Nothing you see was lost. Please try again in a moment.',
  },
} as const satisfies Sections;
