import { type KeywordWords, list } from './words.ts';

/**
 * In English, the words of 47 CFR 64.1200(a)(10), in force since 2025-04-11 (stop, quit, end, revoke, opt out, cancel,
 * unsubscribe: https://www.ecfr.gov/current/title-47/section-64.1200), and those that carriers and their services take:
 * STOPALL, INFO and UNSTOP at Twilio (https://help.twilio.com/articles/223134027), REMOVE, OPTOUT, ARRET and TD at AWS
 * (https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html). UNSTOP starts because it is the word
 * that US toll-free numbers tell people to send. YES does not, although Twilio lifts its own block for it: it may be the
 * answer to any question, and a grant must not rest on that.
 */
export const english: KeywordWords = {
  firm: list(
    `stop, stopp, stopit, stopall, stop all, stopstop, stahp, quit, revoke, optout, opt out, opted out, opting out,
    opt me out, unsubscribe, unsubscribed, unsubscribing, unsub, unsubcribe, unsuscribe, unsubscibe, desist, cease`,
  ),
  likely: list(
    'end, stops, cancel, cancelled, canceled, cancelling, remove, delete, halt, enough, exit, off',
  ),
  bare: list('td, done, leave'),
  demands: list(
    `remove me, delete me, take me off, opt me out, leave me alone, unsubscribe me, stop texting, stop messaging,
    stop sending me, stop contacting me, do not want any more, dont want any more, do not want these, dont want these,
    do not want to receive, dont want to receive, do not text, dont text, do not message, dont message,
    do not contact, dont contact, do not send, dont send, no more texts, no more messages, no more sms, no more spam,
    withdraw my consent, withdraw consent, revoke my consent, delete my number, remove my number, lose my number`,
  ),
  starts: list('start, unstop, start again, resume, resubscribe, subscribe, opt in, optin, opt me in'),
  helps: list('help, info, information, help me'),
  negations: list(
    'dont, do not, never, not, doesnt, does not, didnt, did not, wont, will not, cant, cannot, should not, shouldnt',
  ),
  polite: list(
    `please, pls, plz, plse, kindly, thanks, thank you, many thanks, thx, ty, cheers, regards, kind regards, hi, hello, hey,
    dear, sir, madam, ok, okay, sorry, good morning, good day, lol, bye, goodbye`,
  ),
  around: list(
    `i, im, id, ill, me, my, mine, we, us, our, you, your, u, ur, the, a, an, it, its, this, that, these, those, them, all,
    any, everything, every, to, from, of, for, with, at, on, and, or, now, today, immediately, asap, once, forever, ever,
    again, anymore, more, just, do, does, can, could, will, would, want, wanted, wish, need, like, how, text, texts, texting,
    texted, message, messages, messaging, msg, msgs, sms, spam, sending, send, sent, receive, receiving, getting, get, alert,
    alerts, marketing, notification, notifications, newsletter, newsletters, update, updates, list, lists, mailing, mail,
    mails, email, emails, subscription, subscriptions, consent, contact, contacting, contacts, number, phone, service, no,
    yes, being, be, right, as, soon, possible, up, fucking, damn, bloody`,
  ),
};
